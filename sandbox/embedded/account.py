"""PostgreSQL refuses to run as root, so root runs it as the system user `pgserver`."""

import os
import pwd
import stat
import subprocess
from pathlib import Path

from sandbox.embedded.errors import EmbeddedServerError

ACCOUNT = "pgserver"


def server_uid() -> int | None:
    """The user id to run PostgreSQL as; None when we are not root and run it as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT).pw_uid
    except KeyError:
        return _create_account()


def hand_over(folder: Path, uid: int | None) -> None:
    """Makes the user the owner of the (empty) folder."""
    if uid is not None:
        os.chown(folder, uid, pwd.getpwuid(uid).pw_gid)


def open_way(path: Path, uid: int | None) -> None:
    """Lets the user pass through the folders above: adds o+x (not o+r) where it is missing."""
    if uid is None:
        return
    for parent in path.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _create_account() -> int:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", ACCOUNT]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a constant command
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedServerError(
            f"PostgreSQL can't run as root, and adding the user {ACCOUNT} failed: add it yourself"
        ) from error
    return pwd.getpwnam(ACCOUNT).pw_uid
