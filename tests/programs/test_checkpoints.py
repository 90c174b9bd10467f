"""A standing that goes on from a checkpoint is the one that all facts and awards come to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from progression_factories import DAY_S, at, call, day, opportunity, training
from record_histories import HOURS, TINY, Record, facts_known_at, records

from programs.progression import checkpoints
from programs.progression.checkpoints import Checkpoint, DoesNotLead, differences, place_of
from programs.progression.facts import TRAINING, KeptFact, leads_told
from programs.progression.fold import BadgeStep
from programs.progression.gate_checks import is_met
from programs.progression.histories import EarlierState
from programs.progression.moments import PaidXp
from programs.progression.rank_gates import Gate, Rank
from programs.progression.row import Row, read_row
from programs.progression.rules import Rules
from programs.progression.rules_fingerprint import fingerprint
from programs.progression.standing import Standing, standing_and_checkpoint
from programs.progression.work import Work
from programs.progression.xp_merge import MergedXp

NEW_YORK = ZoneInfo("America/New_York")
HOUR_S = 3_600
EMPTY = read_row({})


@pytest.fixture(autouse=True)
def _checkpoints_at_every_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "MOMENTS_LEFT", 0)
    monkeypatch.setattr(checkpoints, "MOMENTS_PASSED", 1)


class Rep:
    """Somebody who is looked at again and again, and what is kept of that: grants and a checkpoint."""

    def __init__(self, rules: Rules = TINY, time_zone: tzinfo = NEW_YORK) -> None:
        self.rules, self.time_zone = rules, time_zone
        self.ranks: tuple[str, ...] = ()
        self.badges: tuple[BadgeStep, ...] = ()
        self.kept: Checkpoint | None = None
        self.before: dict[str, KeptFact] = {}
        self.led = 0

    def looked_at(self, facts: Sequence[KeptFact], row: Row, foreign_xp: int, watermark: datetime) -> Standing:
        """The standing; it is the same from the checkpoint, if that leads there."""
        paid = [PaidXp(kept.fact.key, 5, kept.fact.occurred_at) for kept in facts]
        xp = MergedXp(5 * len(paid) + foreign_xp, 0, 0, 0, lowered=False, foreign_write=False)
        days = {kept.fact.occurred_at.astimezone(self.time_zone).date() for kept in facts}
        whole = Work(facts, paid, days, self.ranks, self.time_zone, self.badges)
        right, anew = standing_and_checkpoint(whole, row, xp, watermark, watermark, self.rules)
        try:
            found, following = standing_and_checkpoint(self._behind(whole), row, xp, watermark, watermark, self.rules)
            self.led += self.kept is not None
            if self.kept:
                at = place_of(self.kept.at)
                _, told = standing_and_checkpoint(whole, row, xp, watermark, watermark, self.rules, at=at)
                assert told
                assert differences(self.kept, told) == []
        except DoesNotLead:
            self.kept = None
            found, following = standing_and_checkpoint(whole, row, xp, watermark, watermark, self.rules)
        assert found == right
        self._keep(found, following, facts)
        if following:
            assert self.kept == anew
        return found

    def _behind(self, whole: Work) -> Work:
        """What of all that the ledger gives to a standing that goes on from the checkpoint."""
        if self.kept is None:
            return whole
        changed = {each.fact.key for each in whole.facts if self.before.get(each.fact.key) != each}
        keys = changed | set(self.kept.open_facts)
        facts = with_twins(
            (each for each in whole.facts if each.fact.occurred_at > self.kept.at or each.fact.key in keys), whole.facts
        )
        facts += [each for each in whole.facts if each.fact.kind in TRAINING and each not in facts]
        leads = {lead for each in facts if each.fact.kind not in TRAINING for lead in leads_told(each.fact)}
        known = {lead: self.kept.leads[lead] for lead in leads & self.kept.leads.keys()}
        awards = [each for each in whole.awards if each.occurred_at > self.kept.at]
        return replace(whole, facts=facts, awards=awards, behind=replace(self.kept, leads=known))

    def _keep(self, found: Standing, following: Checkpoint | None, facts: Iterable[KeptFact]) -> None:
        self.ranks += tuple(step.rank for step in found.steps)
        self.badges += found.badge_steps
        self.before = {kept.fact.key: kept for kept in facts}
        if following:
            leads = {**(self.kept.leads if self.kept else {}), **following.leads}
            self.kept = replace(following, leads=leads)


def with_twins(chosen: Iterable[KeptFact], facts: Iterable[KeptFact]) -> list[KeptFact]:
    calls = {kept.twin_of or kept.fact.key for kept in chosen}
    return [kept for kept in facts if (kept.twin_of or kept.fact.key) in calls]


@st.composite
def trainings(draw: st.DrawFn) -> list[KeptFact]:
    """Modules, exams and battles at any hour."""
    kinds = st.sampled_from([("module", "module_0"), ("module", "module_1"), ("exam", "closing"), ("battle", "2")])
    found: list[KeptFact] = []
    for hour in sorted(draw(st.sets(HOURS, max_size=4))):
        kind, subject = draw(kinds)
        score, outcome = (None, "win") if kind == "battle" else (draw(st.sampled_from([60.0, 90.0])), None)
        fact = training(f"{hour}", kind, subject, hour * HOUR_S, score=score, outcome=outcome)
        found.append(replace(fact, unpaid=False))
    return found


def known_at(found: Sequence[Record], trained: Sequence[KeptFact], until: datetime) -> list[KeptFact]:
    return [*facts_known_at(found, until), *(kept for kept in trained if kept.fact.occurred_at <= until)]


ROWS = st.sampled_from(
    [{}, {}, {"completedModules": ["module_1"]}, {"badges": ["sets.bronze"]}, {"currentRank": "E-3"}]
)
AROUND = st.lists(st.tuples(ROWS, st.sampled_from([0, 0, 9, 20, 40])), min_size=9, max_size=9)
# A call is 5 XP. The last rank has a gate that lasts.
DEAR = replace(
    TINY,
    ranks=(
        Rank("E-1", "one", 0, ()),
        Rank("E-2", "two", 12, (Gate("dials", at_least=2),)),
        Rank("E-3", "three", 30, (Gate("sub_thirty_drop", below_percent=50),)),
        Rank("E-4", "four", 45, (Gate("modules", ids=("module_1",)),)),
    ),
)


@settings(max_examples=300)
@given(records(), trainings(), st.sets(HOURS, min_size=2, max_size=8), AROUND, st.sampled_from([TINY, DEAR]))
def test_from_any_checkpoint_after_any_change_it_is_the_same_standing(
    found: list[Record],
    trained: list[KeptFact],
    hours: set[int],
    around: list[tuple[dict[str, object], int]],
    rules: Rules,
) -> None:
    """Calls, edits, deletes, twins, reopened deals, training, and others who write the row, looked at at any hours."""
    rep = Rep(rules)
    for hour, (row, foreign_xp) in zip([*sorted(hours), 24 * 99], around, strict=False):
        facts = known_at(found, trained, at(hour * HOUR_S))
        rep.looked_at(facts, read_row(row), foreign_xp, at(hour * HOUR_S))


def some_days(days: int = 9) -> list[KeptFact]:
    """A call a day, to three leads in turn."""
    title = "Call - CONTACT | 3:00 | Jane"
    facts = [call(f"n{n}", title, n * DAY_S, lead=f"lead-{n % 3}") for n in range(days)]
    return [replace(kept, unpaid=False) for kept in facts]


def looked_at_twice(rep: Rep, row: Row = EMPTY, foreign_xp: int = 0) -> None:
    """After eight days and after nine; only the second time may be otherwise."""
    rep.looked_at(some_days(8), EMPTY, 0, day(8.5))
    rep.looked_at(some_days(9), row, foreign_xp, day(9.5))


def test_it_goes_on_where_nothing_behind_it_changed() -> None:
    """The checkpoint leads to the next standing, which moves it on."""
    rep = Rep()
    looked_at_twice(rep)
    assert rep.led == 1
    assert rep.kept
    assert rep.kept.at == day(8)


@pytest.mark.parametrize(
    "row",
    [
        {"completedModules": ["module_1"]},
        {"certifications": ["closing"]},
        {"passedExams": [{"id": "closing", "score": 90}]},
        {"badges": ["dense.bronze"]},
    ],
)
def test_what_others_put_into_the_row_counts_from_the_beginning(row: dict[str, object]) -> None:
    """It may have met a gate at a moment behind the checkpoint, so that does not lead to the new standing."""
    rep = Rep()
    looked_at_twice(rep, read_row(row))
    assert rep.led == 0


XP_OF_DAYS = 8 * 5  # of the awards behind the checkpoint


@pytest.mark.parametrize(
    ("ranks", "foreign_xp"),
    [
        ((Rank("E-2", "two", XP_OF_DAYS + 8, ()),), 7),
        ((Rank("E-2", "two", 1, (Gate("modules", ids=("module_1",)),)),), 7),
        ((Rank("E-2", "two", 1, ()), Rank("E-3", "three", 9, (Gate("team_metrics"),))), 99),
        ((Rank("E-2", "two", 1, ()),), 99),
    ],
)
def test_it_goes_on_with_more_xp_of_others_where_that_promotes_nobody(ranks: tuple[Rank, ...], foreign_xp: int) -> None:
    """The next rank asks for more, or for what the rep never had by then, or there is none."""
    rep = Rep(replace(TINY, ranks=(Rank("E-1", "one", 0, ()), *ranks)))
    looked_at_twice(rep, foreign_xp=foreign_xp)
    assert rep.led == 1


def test_more_xp_of_others_may_promote_from_the_beginning() -> None:
    """The next rank asks for no more than that."""
    xp = XP_OF_DAYS + 7
    rep = Rep(replace(TINY, ranks=(Rank("E-1", "one", 0, ()), Rank("E-2", "two", xp, ()))))
    looked_at_twice(rep, foreign_xp=7)
    assert rep.led == 0
    assert rep.ranks == ("E-2",)


def test_more_xp_of_others_may_promote_at_a_moment_that_is_over() -> None:
    """The next rank asks for no drops, as it was with the rep before four of the eight calls were some."""
    rank = Rank("E-2", "two", 36, (Gate("sub_thirty_drop", below_percent=50),))
    rep = Rep(replace(TINY, ranks=(Rank("E-1", "one", 0, ()), rank)))
    dropped = [call(f"d{n}", "Call - CONTACT | 0:10 | Jane", n * DAY_S) for n in range(4, 8)]
    days = [*some_days(4), *(replace(kept, unpaid=False) for kept in dropped)]
    assert rep.looked_at(days, EMPTY, 0, day(8.5)).rank == "E-1"
    assert rep.looked_at(days, EMPTY, 20, day(9.5)).rank == "E-2"
    assert rep.led == 0


TITLE = "Call - CONTACT | 3:00 | Jane"


def _taken_back() -> list[KeptFact]:
    """The last of eight calls is deleted."""
    before = some_days(8)[-1]
    gone = replace(call("n7", TITLE, 7 * DAY_S, lead="lead-1", deleted=True), unpaid=False)
    return [*some_days(7), replace(gone, fact=replace(gone.fact, earlier=(EarlierState(day(7.2), before.fact.state),)))]


def _beside(*stages: tuple[str, float], deleted: bool = False) -> list[KeptFact]:
    """A deal that went through these stages, beside eight calls."""
    return [*some_days(8), replace(opportunity("o", stages, deleted=deleted), unpaid=False)]


@pytest.mark.parametrize(
    ("gate", "facts"),
    [
        (Gate("dials", at_least=8), _taken_back()),
        (Gate("deals", at_least=1), _beside(("CUSTOMER", 6 * DAY_S), ("NEW", 7.2 * DAY_S))),
        (Gate("appointments", at_least=1), _beside(("MEETING", 6 * DAY_S), deleted=True)),
        (Gate("call_to_appointment", above_percent=20), _beside(("MEETING", 3 * DAY_S))),
        (Gate("cadence_completion", above_percent=99), []),
    ],
)
def test_a_gate_that_was_met_once_and_is_not_now_promotes_from_the_beginning(gate: Gate, facts: list[KeptFact]) -> None:
    """The XP of others makes up what was missing then."""
    often = [replace(call(f"n{n}", TITLE, n * DAY_S, lead="jane"), unpaid=False) for n in range(6)]
    facts = facts or [*often, replace(call("n6", TITLE, 6 * DAY_S, lead="kim"), unpaid=False)]
    rep = Rep(replace(TINY, ranks=(Rank("E-1", "one", 0, ()), Rank("E-2", "two", 60, (gate,)))))
    assert rep.looked_at(facts, EMPTY, 0, day(8.5)).rank == "E-1"
    assert not is_met(gate, rep.looked_at(facts, EMPTY, 0, day(8.5)).figures)
    assert rep.looked_at(facts, EMPTY, 60, day(9.5)).rank == "E-2"
    assert rep.led == 1


def test_less_xp_of_others_promotes_nobody() -> None:
    """As when a gap is booked as an award: what was reached with it was reached before."""
    rep = Rep(replace(TINY, ranks=(Rank("E-1", "one", 0, ()), Rank("E-2", "two", 1, (Gate("deals", at_least=1),)))))
    rep.looked_at(some_days(8), EMPTY, 7, day(8.5))
    rep.looked_at(some_days(9), EMPTY, 0, day(9.5))
    assert rep.led == 1


def test_what_we_put_into_the_row_changes_nothing() -> None:
    """A module that the rep passed stands in the row from the next write on."""
    rep, passed = Rep(), replace(training("m", "module", "module_1", 100, score=90), unpaid=False)
    rep.looked_at([*some_days(8), passed], EMPTY, 0, day(8.5))
    rep.looked_at([*some_days(9), passed], read_row({"completedModules": ["module_1"]}), 0, day(9.5))
    assert rep.led == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda rep: setattr(rep, "rules", replace(TINY, cadence_touches=2)),
        lambda rep: setattr(rep, "time_zone", ZoneInfo("Asia/Tokyo")),
        lambda rep: setattr(rep, "badges", ()),
        lambda rep: setattr(rep, "ranks", ()),
    ],
)
def test_other_rules_zone_or_grants_begin_anew(change: object) -> None:
    """Whatever the checkpoint stands on."""
    rep = Rep()
    rep.looked_at(some_days(8), EMPTY, 0, day(8.5))
    change(rep)  # type: ignore[operator]
    rep.looked_at(some_days(9), EMPTY, 0, day(9.5))
    assert rep.led == 0


def test_it_leads_nowhere_beyond_what_is_decided() -> None:
    """A watermark from before it, as after a restored backup, or none at all."""
    rep = Rep()
    rep.looked_at(some_days(8), EMPTY, 0, day(8.5))
    rep.looked_at(some_days(8), EMPTY, 0, day(6.5))
    assert rep.led == 0


def test_an_undecided_note_keeps_it_back() -> None:
    """A second writer's note that may turn out a twin is not behind a checkpoint."""
    rep, waiting = Rep(), call("v2", "Call - no_answer", 5 * DAY_S)
    rep.looked_at([*some_days(8), waiting], EMPTY, 0, day(8.5))
    assert rep.kept
    assert rep.kept.at < waiting.fact.occurred_at


def test_few_moments_make_no_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last moments are left ahead of it, and it is made when so many are behind it."""
    monkeypatch.setattr(checkpoints, "MOMENTS_LEFT", 4)
    monkeypatch.setattr(checkpoints, "MOMENTS_PASSED", 6)
    rep = Rep()
    rep.looked_at(some_days(4), EMPTY, 0, day(20))
    assert rep.kept is None
    rep.looked_at(some_days(5), EMPTY, 0, day(20))
    assert rep.kept
    assert rep.kept.at == day(2)


def test_the_fingerprint_is_of_the_numbers() -> None:
    """Rules that say the same have the same; any other number is another."""
    assert fingerprint(replace(TINY)) == fingerprint(TINY)
    assert fingerprint(replace(TINY, cadence_touches=5)) != fingerprint(TINY)
    assert fingerprint(replace(TINY, metrics=replace(TINY.metrics, recent_days=8))) != fingerprint(TINY)


def test_a_lead_that_nobody_called_since_is_still_one_of_the_last_days() -> None:
    """Of the leads called in the last 7 days, the one with a full cadence stays so, though the call is another's."""
    rep, title = Rep(), "Call - CONTACT | 3:00 | Jane"
    often = [replace(call(f"n{n}", title, n * DAY_S, lead="jane"), unpaid=False) for n in range(4)]
    rep.looked_at(often, EMPTY, 0, day(3.5))
    other = replace(call("n9", title, 4 * DAY_S, lead="kim"), unpaid=False)
    recent = rep.looked_at([*often, other], EMPTY, 0, day(4.5)).recent
    assert rep.led == 1
    assert (recent.leads_called, recent.leads_full_cadence) == (2, 1)


def test_a_lead_whose_call_is_gone_is_none_of_the_last_days() -> None:
    """Its only call is deleted behind the checkpoint, which knew the lead among those of the last days."""
    rep, title = Rep(), "Call - CONTACT | 3:00 | Jane"
    kept = [replace(call(f"n{n}", title, n * DAY_S, lead=lead), unpaid=False) for n, lead in enumerate(("jane", "kim"))]
    assert rep.looked_at(kept, EMPTY, 0, day(1.5)).recent.leads_called == 2
    deleted = replace(call("n1", title, DAY_S, lead="kim", deleted=True), unpaid=False)
    until = EarlierState(day(2), kept[1].fact.state)
    gone = replace(deleted, fact=replace(deleted.fact, earlier=(until,)))
    assert rep.looked_at([kept[0], gone], EMPTY, 0, day(2.5)).recent.leads_called == 1
    assert rep.led == 1


def test_two_signs_of_one_instant_are_kept_though_one_was_not_held() -> None:
    """Two deals of one lead that came in with the same import, at different stages."""
    rep = Rep()
    deals = [replace(opportunity(f"o{n}", [(name, 0)]), unpaid=False) for n, name in enumerate(("PROPOSAL", "MEETING"))]
    rep.looked_at(deals, EMPTY, 0, day(1))
    held = rep.looked_at([*deals, *some_days()[1:4]], EMPTY, 0, day(3.5)).figures
    assert rep.led == 1
    assert (held.appointments_set, held.appointments_held) == (1, 1)
