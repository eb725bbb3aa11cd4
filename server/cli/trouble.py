"""What to do about an error that is none of ours: the disk, its rights, the database."""

import errno
import getpass

from server.storage.trouble import remedy


def what_to_do(error: Exception) -> str:
    """A sentence for the operator; empty where it needs somebody who knows the code."""
    if text := remedy(error):
        return text
    if not isinstance(error, OSError):
        return ""
    said = ": ".join(filter(None, (str(error.filename or ""), error.strerror or str(error))))
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{said}. Folkmoot runs as {_user()} here and needs the data folder: it must belong to that user."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{said}. Make room and try again."
    return said


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody without a name"
