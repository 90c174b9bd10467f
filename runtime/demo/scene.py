"""Scenes of a demo: who acts on the sandbox Twenty, and what the receiver is told."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from runtime.demo.stage import Stage
from sandbox.twenty import SandboxTwenty

Figures = Mapping[str, Any]
Answers = Mapping[int, int]
OnProgress = Callable[[int], None]


class Scene(Protocol):
    """What is played on a stage.

    `as_of` is the time that standings are computed for; the scene is settled when the watermark has passed
    `settled_at`. `expected` are the figures by rep that the scene itself reckons with, where it does.
    """

    title: str
    length: int
    as_of: datetime
    settled_at: datetime
    expected: Mapping[str, Figures] | None

    def twenty(self, api_key: str) -> SandboxTwenty:
        """The sandbox, with what must be in it before the start."""

    def environment(self) -> dict[str, str]:
        """Settings of repsync's processes: the secrets that deliveries are signed with."""

    def play(self, stage: Stage, on_progress: OnProgress) -> Answers:
        """Plays all of it; returns how many deliveries the receiver answered with each status."""
