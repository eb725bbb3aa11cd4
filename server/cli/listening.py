"""The address a server listens on."""

import errno
import socket

from server.rules.errors import Refused


def bind(host: str, port: int) -> socket.socket:
    """The address to listen on, ours from now on.

    Raises:
        Refused: somebody else has it, or we may not.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.set_inheritable(False)
    except OSError as error:
        taken.close()
        raise Refused(_why(error, host, port)) from error
    return taken


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Stop what uses it, or choose another port with FOLKMOOT_PORT."
    if error.errno == errno.EACCES:
        return f"Port {port} is not ours to use: choose one above 1023 with FOLKMOOT_PORT, and put Caddy in front."
    return f"We cannot listen on {host}, port {port}: {error.strerror or error}. See FOLKMOOT_HOST and FOLKMOOT_PORT."
