"""What the processes of a group use."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from sandbox.embedded.processes import ProcessGroup, session

_PAGES = "VmRSS:"


def memory_mb(group: ProcessGroup, *names: str) -> list[tuple[str, float]]:
    """Resident memory of each, with what it forked."""
    return [(name, resident_mb(session(group.pid(name)))) for name in names]


def resident_mb(pids: Sequence[int]) -> float:
    """Resident memory of these alone; what is gone has none."""
    return sum(map(_resident_mb, pids))


def _resident_mb(pid: int) -> float:
    return next(_told(pid), 0.0)


def _told(pid: int) -> Iterator[float]:
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(_PAGES):
                yield int(line.split()[1]) / 1024
