"""A scene from a recording: a day of webhooks, played byte for byte and swept once."""

from collections.abc import Mapping
from datetime import datetime

from runtime.demo.day import Day
from runtime.demo.scene import Answers, Figures, OnProgress
from runtime.demo.settling import wait_until_digested
from runtime.demo.stage import Stage
from sandbox.player import play
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.recorded import clock_after, take_over


class RecordedScene:
    """The sandbox holds the day's records as they finally were; the sweep starts when the day is played."""

    title = "playing the day's webhooks"
    expected: Mapping[str, Figures] | None = None

    def __init__(self, day: Day, shuffle: int | None, repeat: int) -> None:
        self._day = day
        self._playlist = day.playlist(shuffle, repeat)
        self.length = len(self._playlist)
        self.as_of: datetime = day.as_of
        self.settled_at: datetime = day.as_of

    def twenty(self, api_key: str) -> SandboxTwenty:
        deliveries = list(self._day.deliveries)
        twenty = SandboxTwenty(api_key, clock=clock_after(deliveries))
        take_over(twenty, deliveries)
        return twenty

    def environment(self) -> dict[str, str]:
        return {"TWENTY_WEBHOOK_SECRET": self._day.secret}

    def play(self, stage: Stage, on_progress: OnProgress) -> Answers:
        answers = play(self._playlist, f"{stage.receiver_url}/webhooks/twenty", on_progress=on_progress)
        wait_until_digested(stage.engine)
        stage.start_sweeping()
        return answers
