"""Stirring: whoever is to die at a fault point gets a reason to come there, whatever the floor is at."""

from itertools import count

from chaos.probe import Prober
from ledger.dirty import mark_dirty
from ledger.engine import transaction
from ledger.fault_points import FaultPoint
from runtime.demo.stage import Stage

WRONG_STREAK = 1_000


class Stirring:
    """Makes work for each of repsync's processes."""

    def __init__(self, stage: Stage, prober: Prober) -> None:
        self._stage = stage
        self._prober = prober
        self._turn = count()

    def stir(self, point: FaultPoint) -> None:
        """A webhook, a row to be put right, or a sweep; the clock needs nothing."""
        who = point.partition(".")[0]
        if who in ("receiver", "digest"):
            self._prober.is_accepted()
        elif who == "publish":
            self._disturb_a_row()
        elif who == "sweep":
            self._stage.sweep_now()

    def _disturb_a_row(self) -> None:
        """Somebody writes nonsense into a figure of ours, and the rep's standing is looked at anew."""
        rows = self._stage.twenty.rows("repProgressions")
        if not rows:
            return
        row = rows[next(self._turn) % len(rows)]
        self._stage.twenty.as_api_key().update("repProgressions", row["id"], {"streakDays": WRONG_STREAK})
        with transaction(self._stage.engine) as connection:
            mark_dirty(connection, [row["workspaceMemberId"]])
