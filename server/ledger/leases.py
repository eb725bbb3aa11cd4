"""Who holds a lease: a name for one worker in one process, from which can be told whether that process is gone."""

import os
import secrets
import socket
from pathlib import Path
from typing import Final

UNKNOWN: Final = "-"


def lease_holder() -> str:
    """A new name for a worker in this process: machine, boot, process and its start, and a random part."""
    pid = os.getpid()
    return f"{_machine()}/{pid}/{_started(pid)}/{secrets.token_hex(4)}"


def is_gone(holder: str) -> bool:
    """Whether the process behind a name has certainly ended. Of another machine we know nothing: its leases expire."""
    try:
        host, boot, pid, started, _ = holder.split("/")
        number = int(pid)
    except ValueError:
        return False
    if host != _host():
        return False
    if _differ(boot, _boot()):
        return True
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return _differ(started, _started(number))


def _differ(one: str, other: str) -> bool:
    """What could not be read says nothing: our service may not see all of /proc, the commands beside it may."""
    return one != other and UNKNOWN not in (one, other)


def _machine() -> str:
    return f"{_host()}/{_boot()}"


def _host() -> str:
    return socket.gethostname().replace("/", "-")[:64]


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:13]
    except OSError:
        return UNKNOWN


def _started(pid: int) -> str:
    """When the process started, as the system counts it; a number that is used again has another one."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return UNKNOWN
