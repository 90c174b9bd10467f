"""Who uses the machine's processors while something goes on: the sandbox Twenty, repsync's processes and its stores."""

import os
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.plant import Plant
from runtime.local import WORKERS

_TICKS_A_S = os.sysconf("SC_CLK_TCK")
_PID_FILES = {"PostgreSQL": "postgres/postmaster.pid", "Valkey": "valkey/valkey.pid"}


@dataclass(slots=True)
class Cores:
    """`used` says how many cores each of them kept busy; empty until the end."""

    used: dict[str, float] = field(default_factory=dict)


@contextmanager
def processor_time(ours: Plant) -> Iterator[Cores]:
    """From here to the end. `sandbox Twenty` is this process, in which it runs beside what makes the notes."""
    cores, before, began_s = Cores(), _seconds(ours), time.monotonic()
    yield cores
    passed_s = time.monotonic() - began_s
    cores.used.update({name: (now_s - before[name]) / passed_s for name, now_s in _seconds(ours).items()})


def _seconds(ours: Plant) -> dict[str, float]:
    times = _processes()
    stores = {name: int((ours.stores.folder / path).read_text().split()[0]) for name, path in _PID_FILES.items()}
    return {
        "sandbox Twenty": time.process_time(),
        "receiver": _with_children(ours.group.pid("web"), times),
        "workers": sum(_with_children(ours.group.pid(name), times) for name in WORKERS),
        **{name: _with_children(pid, times) for name, pid in stores.items()},
    }


def _processes() -> Mapping[int, tuple[int, float]]:
    """Of each its parent, and the seconds that it and its children who ended have used."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            told = (entry / "stat").read_text().rpartition(") ")[2].split()
            found[int(entry.name)] = (int(told[1]), sum(map(int, told[11:15])) / _TICKS_A_S)
    return found


def _with_children(pid: int, times: Mapping[int, tuple[int, float]]) -> float:
    children = defaultdict(list)
    for child, (parent, _) in times.items():
        children[parent].append(child)
    return times[pid][1] + sum(_with_children(child, times) for child in children[pid])
