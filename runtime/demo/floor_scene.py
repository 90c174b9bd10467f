"""A scene that is made up: a sales floor at work, told by the sandbox's webhooks, swept while it goes on."""

import secrets
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from ledger.aliases import map_names
from ledger.engine import transaction
from runtime.demo.outage import Outage
from runtime.demo.scene import Answers, Figures, OnProgress
from runtime.demo.settling import wait_until_told
from runtime.demo.stage import Stage
from runtime.demo.weather import CALM, Weather
from sandbox.floor import Floor, FloorTime, Performer, expect, schedule
from sandbox.twenty import SandboxTwenty

OPERATIONS = ("note.*", "noteTarget.*", "opportunity.*", "workspaceMember.*")
ACTIONS_A_SECOND = 90.0
SETTLING = timedelta(seconds=11)


class FloorScene:
    """The floor's reps call, set appointments, close deals and train; it knows what must come of that."""

    title = "a sales floor at work"

    def __init__(self, floor: Floor, weather: Weather = CALM) -> None:
        self._floor = floor
        self._weather = weather
        self._time = FloorTime(floor.starts_at)
        self._secret = secrets.token_urlsafe()
        self._academy_secret = "whsec_" + b64encode(secrets.token_bytes(24)).decode()
        self.length = sum(1 for _ in schedule(floor))
        self.as_of: datetime = floor.ends_at
        self.settled_at: datetime = floor.ends_at - SETTLING
        self.expected: Mapping[str, Figures] | None = {
            rep: expected.figures() for rep, expected in expect(floor).reps.items()
        }

    def twenty(self, api_key: str) -> SandboxTwenty:
        return SandboxTwenty(api_key, clock=self._time.clock(), faults=self._weather.faults)

    def environment(self) -> dict[str, str]:
        return {"TWENTY_WEBHOOK_SECRET": self._secret, "REDHAWK_WEBHOOK_SECRET": self._academy_secret}

    def open(self, stage: Stage) -> Performer:
        """The reps' names are mapped, webhooks registered and the clock started: the floor can be performed."""
        with transaction(stage.engine) as connection:
            map_names(connection, "redhawk", self._floor.aliases)
        stage.twenty.register_webhook(f"{stage.receiver_url}/webhooks/twenty", OPERATIONS, self._secret)
        stage.start_sweeping()
        return Performer(stage.twenty, self._time, stage.receiver_url, self._academy_secret)

    def play(self, stage: Stage, on_progress: OnProgress) -> Answers:
        performer = self.open(stage)
        outage = Outage(stage, self._weather.outage, self.length * 3 // 8, self._time.now)

        def progress(done: int) -> None:
            outage.at(done)
            on_progress(done)

        performed = performer.perform(self._floor, actions_a_second=ACTIONS_A_SECOND, on_progress=progress)
        wait_until_told(stage.twenty)
        return Counter(stage.twenty.webhook_answers) + Counter(performed.posts)
