"""The floor's own reckoning, on days small enough to work out by hand."""

import ast
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import sandbox.floor
from sandbox.floor import Expected, Floor, expect
from sandbox.floor.academy import Training
from sandbox.floor.calls import Call, CallNote
from sandbox.floor.corrections import Change
from sandbox.floor.deals import Deal, Step
from sandbox.floor.expectation import expected_of
from sandbox.floor.ladder import level_of
from sandbox.floor.leads import Lead
from sandbox.floor.notes import Meant
from sandbox.floor.records import Record
from sandbox.floor.work import Deed, work_of

FLOOR = Floor(1, reps=3, days=1)
REP = replace(FLOOR.rep(0), time_zone="America/New_York")
JANE, KIM = Lead("jane", "Jane Doe", "+15550000001"), Lead("kim", "Kim Marsh", "+15550000002")
NOON = datetime(2026, 3, 5, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _note(meant: Meant, *changes: Change, form: str = "V1", at: datetime = NOON, id: str = "n") -> CallNote:
    return CallNote(id, at, form, meant, "t", changes)  # type: ignore[arg-type]


def _call(*notes: CallNote, lead: Lead = JANE) -> Call:
    return Call(notes[0].at, lead, False, notes)


def _said(disposition: str | None, duration_s: int | None, at: datetime = NOON) -> Call:
    return _call(_note(Meant(disposition, duration_s), at=at))


def _deal(*stages: str, start: datetime = NOON, lead_id: str | None = "jane", id: str = "d") -> Deal:
    steps = tuple(Step(start + n * HOUR, "stage", stage) for n, stage in enumerate(stages[1:], start=1))
    return Deal(id, start, REP.id, REP.id, lead_id, "Roof", 9_000, stages[0], steps)


def _training(kind: str, subject: str, passed: bool = True, score: int | None = None, at: datetime = NOON) -> Training:
    return Training(at, kind, subject, passed, "msg", score)  # type: ignore[arg-type]


def _expected(deeds: Iterable[Deed], ends_at: datetime = NOON + 6 * HOUR, time_zone: str = "") -> Expected:
    record = Record(replace(REP, time_zone=time_zone) if time_zone else REP)
    for deed in deeds:
        record.add(deed)
    return expected_of(record, ends_at)


@pytest.mark.parametrize(
    ("disposition", "duration_s", "xp", "sub_thirty", "over_two"),
    [
        ("CONTACT", 125, 20, 0, 1),
        ("CONTACT", 120, 20, 0, 0),
        ("CONTACT", 119, 5, 0, 0),
        ("CONTACT", None, 5, 0, 0),
        ("NO_ANSWER", 29, 2, 1, 0),
        ("NO_ANSWER", 30, 2, 0, 0),
        ("VOICEMAIL", 121, 17, 0, 1),
        ("NOT_INTERESTED", 0, 5, 1, 0),
        ("GATEKEEPER", 200, 17, 0, 1),
        (None, 10, 2, 1, 0),
    ],
)
def test_a_call_pays_by_its_outcome_and_length(
    disposition: str | None, duration_s: int | None, xp: int, sub_thirty: int, over_two: int
) -> None:
    """A dial is 2, a connect 3 more, from 120 s on 15 more; under 30 s is sub-30, beyond 120 s over two minutes."""
    rep = _expected([_said(disposition, duration_s)])
    assert (rep.total_xp, rep.total_calls) == (xp, 1)
    assert (rep.sub_thirty_calls, rep.over_two_minute_calls) == (sub_thirty, over_two)


def test_a_correction_moves_figures_and_leaves_xp() -> None:
    """A conversation of 2:10 that is corrected to an unanswered 0:10 keeps its 20 XP and counts as sub-30."""
    edit = Change(NOON + HOUR, "update", Meant("NO_ANSWER", 10))
    rep = _expected([_call(_note(Meant("CONTACT", 130), edit))])
    assert (rep.total_xp, rep.total_calls, rep.sub_thirty_calls, rep.over_two_minute_calls) == (20, 1, 1, 0)


@pytest.mark.parametrize(
    ("fates", "calls"),
    [(("soft_delete",), 0), (("soft_delete", "restore"), 1), (("soft_delete", "destroy"), 0), (("destroy",), 0)],
)
def test_a_removed_call_keeps_its_xp_only(fates: tuple[str, ...], calls: int) -> None:
    """Deleted or destroyed, a call leaves the figures and the streak; restored, it comes back."""
    changes = [Change(NOON + n * HOUR, fate) for n, fate in enumerate(fates, start=1)]  # type: ignore[arg-type]
    rep = _expected([_call(_note(Meant("CONTACT", 60), *changes))])
    assert (rep.total_xp, rep.total_calls, rep.streak_days) == (5, calls, calls)


def test_twins_are_one_call_with_the_firsts_reading() -> None:
    """The second writer's note adds nothing while the first is there, and carries the call when it is gone."""
    first, second = _note(Meant("CONTACT", 130)), _note(Meant("CONTACT", None), form="V2", id="m")
    both = _expected([_call(first, second)])
    assert (both.total_xp, both.total_calls, both.over_two_minute_calls) == (20, 1, 1)
    gone = replace(first, changes=(Change(NOON + HOUR, "destroy"),))
    carried = _expected([_call(gone, second)])
    assert (carried.total_xp, carried.total_calls, carried.over_two_minute_calls) == (20, 1, 0)


def test_signs_of_one_appointment_count_once_in_14_days() -> None:
    """A note and an opportunity of one lead are one appointment; another lead's, or 14 days on, is another."""
    noted, meeting = _said("APPOINTMENT", 100), _deal("NEW", "MEETING")
    assert _expected([noted, meeting]).appointments_set == 1
    assert _expected([noted, meeting]).total_xp == 5 + 100
    assert _expected([noted, _deal("MEETING", lead_id="kim")]).appointments_set == 2
    assert _expected([noted, _deal("MEETING", lead_id=None)]).appointments_set == 2
    for days, count in ((13, 1), (14, 2)):
        assert _expected([noted, _deal("MEETING", start=NOON + timedelta(days=days))]).appointments_set == count


def test_an_appointment_taken_back_keeps_its_xp() -> None:
    """A note corrected away from APPOINTMENT sets none any more, and its 100 XP stay."""
    edit = Change(NOON + HOUR, "update", Meant("CALLBACK", 100))
    rep = _expected([_call(_note(Meant("APPOINTMENT", 100), edit))])
    assert (rep.appointments_set, rep.total_xp) == (0, 105)


@pytest.mark.parametrize(
    ("stages", "held", "deals", "xp"),
    [
        (("NEW", "SCREENING"), 0, 0, 0),
        (("NEW", "MEETING"), 0, 0, 100),
        (("NEW", "MEETING", "PROPOSAL"), 1, 0, 100),
        (("NEW", "CUSTOMER"), 1, 1, 400),
        (("NEW", "MEETING", "CUSTOMER", "PROPOSAL"), 1, 0, 400),
        (("NEW", "CUSTOMER", "PROPOSAL", "CUSTOMER"), 1, 1, 400),
    ],
)
def test_a_deal_pays_once_and_counts_while_it_is_won(stages: tuple[str, ...], held: int, deals: int, xp: int) -> None:
    """A reopened deal is no closed deal any more, but its 300 XP stay, and won again it pays nothing more."""
    rep = _expected([_deal(*stages)])
    assert (rep.appointments_held, rep.closed_deals, rep.total_xp) == (held, deals, xp)


def test_a_deleted_deal_leaves_the_figures() -> None:
    """Its XP stays; the appointment and the closed deal are gone."""
    won = _deal("MEETING", "CUSTOMER")
    rep = _expected([replace(won, steps=(*won.steps, Step(NOON + 5 * HOUR, "soft_delete")))])
    assert (rep.appointments_set, rep.closed_deals, rep.total_xp, rep.streak_days) == (0, 0, 400, 0)


def test_trainings_pay_for_first_passes_and_wins() -> None:
    """A module pays once, a battle 100 x its level for each win; exams, certifications and losses pay nothing."""
    rep = _expected(
        [
            _training("module", "module_0", passed=False, score=79),
            _training("module", "module_0", score=80),
            _training("module", "module_0", score=95),
            _training("module", "module_6", score=90),
            _training("battle", "2"),
            _training("battle", "2"),
            _training("battle", "3", passed=False),
            _training("exam", "senior_certification", passed=False, score=84),
            _training("exam", "operative_certification", score=81),
            _training("exam", "operative_certification", score=88),
            _training("certification", "tcpa"),
        ]
    )
    assert rep.total_xp == 50 + 300 + 200 + 200
    assert (rep.modules, rep.bosses) == ({"module_0", "module_6"}, {"boss_2"})
    assert (rep.exams, rep.certifications) == ({("operative_certification", 88)}, {"tcpa"})


def test_the_streak_goes_by_the_reps_own_days() -> None:
    """Two evenings in Honolulu are one day in UTC's calendar each further on; a day without work ends it."""
    evenings = [datetime(2026, 3, day, 3, 30, tzinfo=UTC) for day in (5, 6, 8)]
    calls = [_said("NO_ANSWER", 5, at=at) for at in evenings]
    last_day = datetime(2026, 3, 8, 9, tzinfo=UTC)
    assert _expected(calls, last_day, "Pacific/Honolulu").streak_days == 1
    assert _expected(calls[:2], last_day - timedelta(days=2), "Pacific/Honolulu").streak_days == 2
    assert _expected(calls[:2], last_day - timedelta(days=1), "Pacific/Honolulu").streak_days == 2
    assert _expected(calls[:2], last_day + timedelta(hours=2), "Pacific/Honolulu").streak_days == 0


@pytest.mark.parametrize(
    ("xp", "level"),
    [(0, 1), (99, 1), (100, 2), (5_500, 9), (24_999, 14), (25_000, 15), (29_999, 15), (30_000, 16), (41_000, 18)],
)
def test_levels_follow_the_table_and_then_each_5000(xp: int, level: int) -> None:
    """15 at 25,000, 16 at 30,000, without a cap."""
    assert level_of(xp) == level


def _studied(*numbers: int) -> list[Deed]:
    return [_training("module", f"module_{number}", score=100) for number in numbers]


def _dials(count: int, duration_s: int = 40, start: datetime = NOON) -> list[Deed]:
    return [_said("CONTACT", duration_s, at=start + n * timedelta(seconds=150)) for n in range(count)]


def _won(count: int) -> list[Deed]:
    return [_deal("MEETING", "CUSTOMER", id=f"d{n}", lead_id=f"lead{n}") for n in range(count)]


def _examined(score: int) -> Deed:
    return _training("exam", "operative_certification", score=score)


@pytest.mark.parametrize(
    ("deeds", "rank"),
    [
        ([*_dials(100), *_studied(0, 1)], "E-2"),
        ([*_dials(99), *_studied(0, 1)], "E-1"),
        ([*_dials(100), *_studied(0)], "E-1"),
        ([*_dials(100), *_studied(0, 1, 2, 3), *_won(3)], "E-3"),
        ([*_dials(100), *_studied(0, 1, 2, 3), *_won(2)], "E-2"),
        ([*_dials(100), *_studied(0, 1, 2), *_won(3)], "E-2"),
        ([*_dials(100), *_studied(0, 1, 2, 3, 4, 5), *_won(6), _examined(80)], "E-4"),
        ([*_dials(100), *_studied(0, 1, 2, 3, 4, 5), *_won(6), _examined(79)], "E-3"),
        ([*_dials(100), *_studied(0, 1, 2, 3, 4, 5), *_won(6)], "E-3"),
        ([*_dials(100), *_studied(0, 1, 2, 3, 4), *_won(6), _examined(80)], "E-3"),
    ],
)
def test_a_rank_needs_all_its_gates(deeds: list[Deed], rank: str) -> None:
    """100 dials and modules for E-2; three appointments for E-3; five deals and the exam for E-4."""
    assert _expected(deeds).rank == rank


def test_a_rate_is_looked_at_in_order_of_time() -> None:
    """Who met E-4's drop rate once keeps the rank, and who never did has none: 50 % is not below 50 %."""
    proven = [*_studied(0, 1, 2, 3, 4, 5), *_won(7), _examined(90)]
    later = NOON + timedelta(days=1)
    assert _expected([*proven, *_dials(100), *_dials(150, duration_s=5, start=later)]).rank == "E-4"
    assert _expected([*proven, *_dials(150, duration_s=5, start=NOON - HOUR), *_dials(100, start=later)]).rank == "E-3"
    assert _expected([*proven, *_dials(75, duration_s=5, start=NOON - HOUR), *_dials(75, start=later)]).rank == "E-3"


def test_a_rank_stays_when_what_it_rests_on_is_taken_back() -> None:
    """The 100th dial, deleted an hour later, was one in between; deleted before the modules are passed, it is none."""
    deleted = _call(_note(Meant("CONTACT", 40), Change(NOON + HOUR, "soft_delete")))
    early, late = _studied(0, 1), [_training("module", f"module_{n}", at=NOON + 5 * HOUR) for n in (0, 1)]
    dials = _dials(99, start=NOON - 5 * HOUR)
    assert _expected([*dials, deleted, *early]).rank == "E-2"
    assert _expected([*dials, deleted, *late]).rank == "E-1"


def test_what_a_reopened_deal_had_reached_stays() -> None:
    """Five deals won at one time make a closer and E-4; reopened before the last is won, they are four at most."""
    proven = [*_dials(100, 130, NOON - 5 * HOUR), *_studied(0, 1, 2, 3, 4, 5), *_won(4), _examined(90)]
    reopened = _deal("MEETING", "CUSTOMER", "PROPOSAL", id="again", lead_id="again")
    rep = _expected([*proven, reopened])
    assert (rep.rank, "closer.bronze" in rep.badges, rep.closed_deals) == ("E-4", True, 4)
    early = replace(reopened, at=NOON - 2 * HOUR, steps=tuple(replace(s, at=s.at - 2 * HOUR) for s in reopened.steps))
    rep = _expected([*proven, early])
    assert (rep.rank, "closer.bronze" in rep.badges, rep.closed_deals) == ("E-3", False, 4)


def test_a_corrected_call_counted_as_it_then_was() -> None:
    """A call before 9:00 that is said to have set the tenth appointment, for an hour, leaves both badges."""
    signs = [_deal("MEETING", id=f"d{n}", lead_id=f"lead{n}") for n in range(9)]
    edit = Change(NOON + HOUR, "update", Meant("CALLBACK", 100))
    rep = _expected([*signs, _call(_note(Meant("APPOINTMENT", 100), edit))])
    assert ("appointment_setter.bronze" in rep.badges, rep.appointments_set) == (True, 9)
    morning = NOON - 4 * HOUR
    calls = [_said("NO_ANSWER", 40, at=morning + n * timedelta(minutes=5)) for n in range(10)]
    assert "early_bird.bronze" in _expected(calls).badges
    assert "early_bird.bronze" not in _expected([*calls[1:], _said("NO_ANSWER", 40, at=NOON - 3 * HOUR)]).badges


def test_work_that_names_nobody_is_nobodys() -> None:
    """API-key calls and unknown short ids are counted apart: with them there is less than all dials and trainings."""
    floor = Floor(3, reps=10, days=5)
    deeds = [deed for rep in floor.team() for deed in work_of(floor, rep)]
    nobodys = [
        deed
        for deed in deeds
        if (isinstance(deed, Call) and deed.by_api_key)
        or (isinstance(deed, Training) and not deed.rep_known)
        or (isinstance(deed, Deal) and deed.creator is None)
    ]
    assert {type(deed) for deed in nobodys} == {Call, Training, Deal}
    assert expect(floor).unattributed == len(nobodys)


def test_a_deal_handed_over_is_the_new_owners() -> None:
    """Whoever has the deal in the end gets the credit of all of it; nothing is credited twice."""
    floor = Floor(3, reps=10, days=8)
    deals = [(rep, deed) for rep in floor.team() for deed in work_of(floor, rep) if isinstance(deed, Deal)]
    handed = [(rep, deal) for rep, deal in deals if deal.rep not in (None, rep.id)]
    assert handed
    assert all(deal.rep == floor.rep(rep.index + 1).id for rep, deal in handed)
    won = [deal for _, deal in deals if deal.is_there(floor.ends_at) and deal.rep and deal.stages[-1][1] == "CUSTOMER"]
    assert sum(rep.closed_deals for rep in expect(floor).reps.values()) == len(won)


def test_the_reckoning_knows_nothing_of_the_workers_code() -> None:
    """No module of the floor imports the rules, the worker, the ledger or the schemas."""
    theirs = {"programs", "worker", "ledger", "schemas", "handlers", "twenty_client", "runtime"}
    for path in Path(sandbox.floor.__path__[0]).glob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        names = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        names |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        assert not {name.split(".")[0] for name in names} & theirs, path.name
