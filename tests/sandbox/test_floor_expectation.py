"""The floor's own reckoning, on days small enough to work out by hand."""

import ast
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from floor_deeds import HOUR, NOON, call, deal, expected, note, said, training

import sandbox.floor
from sandbox.floor import Floor, expect
from sandbox.floor.academy import Training
from sandbox.floor.calls import Call
from sandbox.floor.corrections import Change
from sandbox.floor.deals import Deal, Step
from sandbox.floor.ladder import level_of
from sandbox.floor.notes import Meant
from sandbox.floor.work import work_of


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
    rep = expected([said(disposition, duration_s)])
    assert (rep.total_xp, rep.total_calls) == (xp, 1)
    assert (rep.sub_thirty_calls, rep.over_two_minute_calls) == (sub_thirty, over_two)


def test_a_correction_moves_figures_and_leaves_xp() -> None:
    """A conversation of 2:10 that is corrected to an unanswered 0:10 keeps its 20 XP and counts as sub-30."""
    edit = Change(NOON + HOUR, "update", Meant("NO_ANSWER", 10))
    rep = expected([call(note(Meant("CONTACT", 130), edit))])
    assert (rep.total_xp, rep.total_calls, rep.sub_thirty_calls, rep.over_two_minute_calls) == (20, 1, 1, 0)


@pytest.mark.parametrize(
    ("fates", "calls"),
    [(("soft_delete",), 0), (("soft_delete", "restore"), 1), (("soft_delete", "destroy"), 0), (("destroy",), 0)],
)
def test_a_removed_call_keeps_its_xp_only(fates: tuple[str, ...], calls: int) -> None:
    """Deleted or destroyed, a call leaves the figures and the streak; restored, it comes back."""
    changes = [Change(NOON + n * HOUR, fate) for n, fate in enumerate(fates, start=1)]  # type: ignore[arg-type]
    rep = expected([call(note(Meant("CONTACT", 60), *changes))])
    assert (rep.total_xp, rep.total_calls, rep.streak_days) == (5, calls, calls)


def test_twins_are_one_call_with_the_firsts_reading() -> None:
    """The second writer's note adds nothing while the first is there, and carries the call when it is gone."""
    first, second = note(Meant("CONTACT", 130)), note(Meant("CONTACT", None), form="V2", id="m")
    both = expected([call(first, second)])
    assert (both.total_xp, both.total_calls, both.over_two_minute_calls) == (20, 1, 1)
    gone = replace(first, changes=(Change(NOON + HOUR, "destroy"),))
    carried = expected([call(gone, second)])
    assert (carried.total_xp, carried.total_calls, carried.over_two_minute_calls) == (20, 1, 0)


def test_signs_of_one_appointment_count_once_in_14_days() -> None:
    """A note and an opportunity of one lead are one appointment; another lead's, or 14 days on, is another."""
    noted, meeting = said("APPOINTMENT", 100), deal("NEW", "MEETING")
    assert expected([noted, meeting]).appointments_set == 1
    assert expected([noted, meeting]).total_xp == 5 + 100
    assert expected([noted, deal("MEETING", lead_id="kim")]).appointments_set == 2
    assert expected([noted, deal("MEETING", lead_id=None)]).appointments_set == 2
    for days, count in ((13, 1), (14, 2)):
        assert expected([noted, deal("MEETING", start=NOON + timedelta(days=days))]).appointments_set == count


def test_an_appointment_taken_back_keeps_its_xp() -> None:
    """A note corrected away from APPOINTMENT sets none any more, and its 100 XP stay."""
    edit = Change(NOON + HOUR, "update", Meant("CALLBACK", 100))
    rep = expected([call(note(Meant("APPOINTMENT", 100), edit))])
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
    rep = expected([deal(*stages)])
    assert (rep.appointments_held, rep.closed_deals, rep.total_xp) == (held, deals, xp)


def test_a_deleted_deal_leaves_the_figures() -> None:
    """Its XP stays; the appointment and the closed deal are gone."""
    won = deal("MEETING", "CUSTOMER")
    rep = expected([replace(won, steps=(*won.steps, Step(NOON + 5 * HOUR, "soft_delete")))])
    assert (rep.appointments_set, rep.closed_deals, rep.total_xp, rep.streak_days) == (0, 0, 400, 0)


def test_trainings_pay_for_first_passes_and_wins() -> None:
    """A module pays once, a battle 100 x its level for each win; exams, certifications and losses pay nothing."""
    rep = expected(
        [
            training("module", "module_0", passed=False, score=79),
            training("module", "module_0", score=80),
            training("module", "module_0", score=95),
            training("module", "module_6", score=90),
            training("battle", "2"),
            training("battle", "2"),
            training("battle", "3", passed=False),
            training("exam", "senior_certification", passed=False, score=84),
            training("exam", "operative_certification", score=81),
            training("exam", "operative_certification", score=88),
            training("certification", "tcpa"),
        ]
    )
    assert rep.total_xp == 50 + 300 + 200 + 200
    assert (rep.modules, rep.bosses) == ({"module_0", "module_6"}, {"boss_2"})
    assert (rep.exams, rep.certifications) == ({("operative_certification", 88)}, {"tcpa"})


def test_the_streak_goes_by_the_reps_own_days() -> None:
    """Two evenings in Honolulu are one day in UTC's calendar each further on; a day without work ends it."""
    evenings = [datetime(2026, 3, day, 3, 30, tzinfo=UTC) for day in (5, 6, 8)]
    calls = [said("NO_ANSWER", 5, at=at) for at in evenings]
    last_day = datetime(2026, 3, 8, 9, tzinfo=UTC)
    assert expected(calls, last_day, "Pacific/Honolulu").streak_days == 1
    assert expected(calls[:2], last_day - timedelta(days=2), "Pacific/Honolulu").streak_days == 2
    assert expected(calls[:2], last_day - timedelta(days=1), "Pacific/Honolulu").streak_days == 2
    assert expected(calls[:2], last_day + timedelta(hours=2), "Pacific/Honolulu").streak_days == 0


@pytest.mark.parametrize(
    ("xp", "level"),
    [(0, 1), (99, 1), (100, 2), (5_500, 9), (24_999, 14), (25_000, 15), (29_999, 15), (30_000, 16), (41_000, 18)],
)
def test_levels_follow_the_table_and_then_each_5000(xp: int, level: int) -> None:
    """15 at 25,000, 16 at 30,000, without a cap."""
    assert level_of(xp) == level


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
