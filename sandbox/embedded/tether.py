"""Ties a command's life to the process that starts it; run as a script, it becomes the command.

`python -I -S tether.py PARENT SIGNAL UID COMMAND…`: on Linux the kernel sends SIGNAL to the command when the
thread that started it ends, however it ends (kill -9 too). UID "-" keeps the user; a number drops root
for it. A script of its own, because code between fork and exec is not safe in a process that has threads.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, death_signal: int, uid: str, command: list[str]) -> None:
    """Replaces this process by the command; exits at once when the parent is already gone."""
    if uid != "-":
        become(int(uid))
    if sys.platform == "linux":
        # After the change of user: the kernel clears the setting on setuid.
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)
    try:
        os.execvp(command[0], command)  # noqa: S606 - becoming the command is the purpose
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


def become(uid: int) -> None:
    """Gives up root for the user and its own group."""
    account = pwd.getpwuid(uid)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(uid)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
