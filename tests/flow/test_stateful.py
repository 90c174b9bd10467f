"""Whatever is done to a world, in whatever order: nothing that was earned is lost, and what is kept can be rebuilt."""

from collections.abc import Callable
from typing import Any

import pytest
from floor import JANE, JONY
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from proving import discrepancies
from small_rules import small_rules
from world import REPS, World

from accounts.mapping import Alias
from worker.mapping import map_name
from worker.rebuild import rebuild

# Each with the seconds that it tells: of a call whose duration nobody knows, None.
CALLS = {
    "Call - CONTACT | 2:05 | Kim": 125,
    "Call - NO_ANSWER | 0:10 | Kim": 10,
    "Call - VOICEMAIL | 0:35 | Kim": 35,
    "Call - APPOINTMENT | 3:00 | Kim": 180,
    "Call - CALLBACK | 0:00 | Kim": None,
}
NO_CALL = "Lunch with Kim"
STAGES = ("NEW", "MEETING", "PROPOSAL", "CUSTOMER")
API_KEY_NAME = "worker-key"
titles = st.sampled_from((*CALLS, NO_CALL))
reps = st.sampled_from(sorted(REPS))
numbers = st.integers(0, 30)


class Telling(RuleBasedStateMachine):
    """Knows of each note who wrote it, its title and whether it is there; the mapped API key's notes are the map's."""

    open_world: Callable[[], World]

    def __init__(self) -> None:
        super().__init__()
        self.notes: dict[str, tuple[str | None, str]] = {}
        self.deleted: dict[str, tuple[str | None, str]] = {}
        self.deals: dict[str, str] = {}
        self.mapped: str | None = None
        self.best: dict[str, tuple[int, int, frozenset[str]]] = {}

    @initialize()
    def begin(self) -> None:
        self.world = type(self).open_world()
        self.world.use(small_rules())
        self.leads = [self.world.person(), None]

    @rule(rep=st.one_of(st.none(), reps), title=titles, lead=st.booleans())
    def calls(self, rep: str | None, title: str, lead: bool) -> None:
        self.notes[self.world.call(title, rep, self.leads[lead])] = (rep, title)

    @precondition(lambda self: self.notes)
    @rule(number=numbers, title=titles)
    def edits(self, number: int, title: str) -> None:
        note = self._one_of(self.notes, number)
        self.world.edit(note, title)
        self.notes[note] = (self.notes[note][0], title)

    @precondition(lambda self: self.notes)
    @rule(number=numbers)
    def deletes(self, number: int) -> None:
        note = self._one_of(self.notes, number)
        self.world.delete("notes", note)
        self.deleted[note] = self.notes.pop(note)

    @precondition(lambda self: self.deleted)
    @rule(number=numbers)
    def restores(self, number: int) -> None:
        note = self._one_of(self.deleted, number)
        self.world.restore("notes", note)
        self.notes[note] = self.deleted.pop(note)

    @precondition(lambda self: self.notes)
    @rule(number=numbers)
    def destroys(self, number: int) -> None:
        note = self._one_of(self.notes, number)
        self.world.destroy("notes", note)
        del self.notes[note]

    @rule(rep=reps, stage=st.sampled_from(STAGES))
    def opens_a_deal(self, rep: str, stage: str) -> None:
        self.deals[self.world.deal(stage, rep)] = stage

    @precondition(lambda self: self.deals)
    @rule(number=numbers, stage=st.sampled_from(STAGES))
    def moves_a_deal(self, number: int, stage: str) -> None:
        self.world.move(self._one_of(self.deals, number), stage)

    @precondition(lambda self: self.deals)
    @rule(number=numbers, rep=reps)
    def hands_a_deal_over(self, number: int, rep: str) -> None:
        self.world.hand_over(self._one_of(self.deals, number), rep)

    @rule(rep=reps)
    def maps_the_api_key(self, rep: str) -> None:
        map_name(self.world.floor.parts, Alias("twenty", API_KEY_NAME, rep))
        self.mapped = rep

    @rule(times=st.integers(1, 2), number=numbers)
    def delivers_one(self, times: int, number: int) -> None:
        self.world.collect()
        if self.world.mail:
            self.world.deliver(number % len(self.world.mail), times)

    @rule(limit=st.integers(1, 9))
    def digests(self, limit: int) -> None:
        self.world.floor.digest(limit)

    @rule()
    def publishes(self) -> None:
        self.world.floor.publish()

    @rule(hours=st.sampled_from((0.01, 1.0, 26.0)))
    def lets_time_pass_and_sweeps(self, hours: float) -> None:
        self.world.passes(hours=hours)
        self.world.floor.sweep()

    @rule()
    def rebuilds(self) -> None:
        found = rebuild(self.world.floor.parts, None, correct=True, progress=lambda *_: None)
        assert found.same, found
        assert discrepancies(self.world.floor) == []

    @invariant()
    def nothing_earned_is_lost(self) -> None:
        for rep, row in self._rows().items():
            now = (row["totalXp"] or 0, int((row["currentRank"] or "E-1")[-1]), frozenset(row["badges"] or ()))
            xp, rank, badges = self.best.get(rep, (0, 0, frozenset()))
            assert now[0] >= xp
            assert now[1] >= rank
            assert now[2] >= badges
            self.best[rep] = now

    def teardown(self) -> None:
        """When all is told and settled: the metrics are those of the notes that are there, and XP is the awards'."""
        if not hasattr(self, "world"):
            return
        self.world.settled()
        self.world.settled()
        self.nothing_earned_is_lost()
        found = rebuild(self.world.floor.parts, None, correct=False, progress=lambda *_: None)
        assert found.same, found
        for rep, row in self._rows().items():
            assert self._figures(rep) == self._expected(rep)
            assert row["totalXp"] == self._awarded(rep)

    def _rows(self) -> dict[str, Any]:
        return self.world.floor.rows() if hasattr(self, "world") else {}

    def _figures(self, rep: str) -> tuple[int, ...]:
        standing = self.world.standing(rep)
        return tuple(standing[name] for name in ("totalCalls", "subThirtyCalls", "overTwoMinuteCalls"))

    def _expected(self, rep: str) -> tuple[int, int, int]:
        told = [CALLS[title] for author, title in self.notes.values() if title != NO_CALL and self._is(rep, author)]
        known = [seconds for seconds in told if seconds is not None]
        return len(told), sum(seconds < 30 for seconds in known), sum(seconds > 120 for seconds in known)

    def _is(self, rep: str, author: str | None) -> bool:
        return rep == (author or self.mapped)

    def _awarded(self, rep: str) -> int:
        return int(self.world.floor.ledger("SELECT sum(amount) AS xp FROM awards WHERE rep = :r", r=rep)[0]["xp"] or 0)

    @staticmethod
    def _one_of(records: dict[str, Any], number: int) -> str:
        return list(records)[number % len(records)]


@pytest.mark.timeout(600)
def test_nothing_earned_is_lost_whatever_happens(open_world: Callable[[], World]) -> None:
    """Calls, edits, deletes, deals, remaps, sweeps and rebuilds in any order: XP, rank and badges never fall, a rebuild
    and an audit find nothing different, and in the end the metrics are those of the notes that are there."""
    machine = type("Telling", (Telling,), {"open_world": staticmethod(open_world)})
    assert {JANE, JONY} == set(REPS)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
