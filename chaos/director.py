"""The director: strike after strike, each begun when the one before is recovered from, so that each can be timed."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from chaos.kills import STORES, Kill, Strike, TwentyAway
from chaos.probe import Prober
from chaos.recovery import Recovery
from chaos.strikes import Striker
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.faults import ApiFault, Faults
from worker.publish import PUBLISHER

AWAY = Faults(api=(ApiFault(kind="500", share=1.0),))


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a strike of a kind led to: `seconds` until recovered."""

    kind: str
    seconds: float


class Director:
    """Strikes on a stage and measures each recovery."""

    def __init__(self, striker: Striker, prober: Prober, recovery: Recovery, twenty: SandboxTwenty) -> None:
        self._striker = striker
        self._prober = prober
        self._recovery = recovery
        self._twenty = twenty
        self._faults = twenty.faults.settings

    def strike(self, strike: Strike) -> list[Recovered]:
        """Strikes once and waits until recovered, which for some is told by more than one time.

        Errors: `NotStruck`, `NotAccepted`, `NotRecovered`.
        """
        if isinstance(strike, TwentyAway):
            return [self._take_twenty_away(strike)]
        struck_at = self._striker.kill(strike)
        if strike.victim in STORES:
            return [self._without_store(strike)]
        if strike.kind == "at publish":
            taken_over = Recovered(strike.kind, self._recovery.taken_over_s(PUBLISHER, struck_at))
            return [taken_over, Recovered("… written", self._recovery.published_s(struck_at))]
        return [self._recovered(strike, struck_at)]

    def _recovered(self, kill: Kill, struck_at: datetime) -> Recovered:
        """What the killed one was there for: accepting, ticking, sweeping, else digesting."""
        if kill.kind in ("receiver", "at receiver"):
            return Recovered(kill.kind, (self._prober.accepted_at() - struck_at).total_seconds())
        if kill.kind in ("clock", "at clock"):
            return Recovered(kill.kind, self._recovery.ticked_s(struck_at))
        if kill.kind == "at sweep":
            return Recovered(kill.kind, self._recovery.swept_s(struck_at))
        return Recovered(kill.kind, self._recovery.digested_s(self._prober.accepted_at(), struck_at))

    def _without_store(self, kill: Kill) -> Recovered:
        """From the store's return until what was accepted by then is digested; a probe is offered all the while."""
        with ThreadPoolExecutor(1, "probe") as background:
            probe = background.submit(self._prober.accepted_at)
            try:
                time.sleep(kill.outage_s)
            finally:
                back_at = self._striker.bring_back(kill.victim)
            accepted_at = probe.result()
        return Recovered(kill.kind, self._recovery.digested_s(max(back_at, accepted_at), back_at))

    def _take_twenty_away(self, away: TwentyAway) -> Recovered:
        """From Twenty's return until every rep who waited by then is published."""
        self._twenty.faults.set(AWAY)
        time.sleep(away.outage_s)
        self._twenty.faults.set(self._faults)
        return Recovered(away.kind, self._recovery.published_s(datetime.now(UTC)))
