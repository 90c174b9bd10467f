"""A wake that wakes nobody."""

from collections.abc import Iterator
from contextlib import contextmanager

from worker.wake import Wake


class Asleep(Wake):
    """`woken` are the jobs that would be."""

    def __init__(self) -> None:
        self.woken: list[str] = []

    def __call__(self, job: str) -> None:
        self.woken.append(job)

    def surely(self, job: str) -> None:
        self.woken.append(job)

    def somebody_waits(self) -> bool:
        return False

    @contextmanager
    def attended(self, job: str) -> Iterator[None]:
        yield
