"""Where the servers' Unix sockets live: beside the data, or, where that path is too long, in `/tmp`."""

import hashlib
import os
import re
import stat
from pathlib import Path

from sandbox.embedded.errors import FolderUnusable

# The kernel's limit for a socket path is 104 (macOS) or 108 bytes (Linux), the file name included.
LIMIT = 100
LONGEST_NAME = ".s.PGSQL.5432.lock"
TEMPORARY = Path("/tmp")  # noqa: S108 - $TMPDIR may itself be too long; the folder's owner is checked
# PostgreSQL reads a comma in a socket folder's path as a list, and URLs escape the rest.
PLAIN = re.compile(r"[A-Za-z0-9_./-]+")


def socket_folder(data: Path, uid: int | None = None) -> Path:
    """A folder only we (and `uid`) can enter, the same one for the same data folder each time.

    Errors: `FolderUnusable` when somebody else made it first.
    """
    folder = data.parent / f"{data.name}.socket"
    if len(os.fsencode(folder / LONGEST_NAME)) > LIMIT or not PLAIN.fullmatch(str(folder)):
        folder = TEMPORARY / f"repsync-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), uid}:
        raise FolderUnusable(folder, "it belongs to somebody else")
    folder.chmod(0o700)
    return folder
