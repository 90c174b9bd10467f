"""The floor's schedule: seeded, in order of time, made as it is asked for, and true to its people."""

import re
import tracemalloc
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest

from sandbox.floor import Floor, expect, schedule
from sandbox.floor.actions import Post, Write
from sandbox.floor.calls import Call
from sandbox.floor.deals import Deal
from sandbox.floor.expectation import expected_of
from sandbox.floor.notes import Meant
from sandbox.floor.records import Record
from sandbox.floor.work import work_of

FLOOR = Floor(6, reps=25, days=5)
END = FLOOR.ends_at + timedelta(days=30)
TWO_MINUTES = timedelta(minutes=2)


@pytest.fixture(scope="module")
def actions() -> list[Write | Post]:
    """Everything that happens on the floor."""
    return list(schedule(FLOOR))


def _writes(actions: list[Write | Post], plural: str) -> list[Write]:
    return [action for action in actions if isinstance(action, Write) and action.plural == plural]


def test_a_seed_always_makes_the_same_floor(actions: list[Write | Post]) -> None:
    """The same seed repeats every action and every expectation; another one makes other people."""
    assert list(schedule(FLOOR)) == actions
    assert expect(FLOOR) == expect(FLOOR)
    assert not {rep.id for rep in FLOOR.team()} & {rep.id for rep in Floor(7, reps=25, days=5).team()}


def test_actions_come_in_order_of_time(actions: list[Write | Post]) -> None:
    """From the opening to before the end, never back."""
    assert all(one.at <= other.at for one, other in pairwise(actions))
    assert actions[0].at >= FLOOR.starts_at
    assert actions[-1].at < FLOOR.ends_at


def test_nothing_is_changed_before_it_is_there(actions: list[Write | Post]) -> None:
    """Every id is created once, before its changes and before a noteTarget points to it."""
    created: set[str] = set()
    for action in actions:
        if isinstance(action, Write) and action.kind == "create":
            assert action.id not in created
            created.add(action.id)
            assert action.fields.get("noteId", action.id) in created
            assert action.fields.get("targetPersonId", action.id) in created
        elif isinstance(action, Write):
            assert action.id in created


def test_a_large_floor_is_begun_without_being_made_whole() -> None:
    """5,000 reps, 20 days, millions of notes: the first calls come in seconds."""
    begun = list(islice(schedule(Floor(1, reps=5_000, days=20)), 6_000))
    assert sum(isinstance(action, Write) and action.plural == "notes" for action in begun) > 500


def test_a_long_floor_is_walked_in_little_memory() -> None:
    """What happened is forgotten: thirty days of five reps pass through a few megabytes."""
    tracemalloc.start()
    count = sum(1 for _ in schedule(Floor(1, reps=5, days=30)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count > 20_000
    assert peak < 4_000_000


def test_people_work_their_hours_in_their_time_zones(actions: list[Write | Post]) -> None:
    """Notes are written between 8 and 22 o'clock of the rep's own day; weekends are the closers'."""
    reps = {rep.id: rep for rep in FLOOR.team()}
    weekend: set[str] = set()
    for note in _writes(actions, "notes"):
        if note.rep is None:
            continue
        zone = reps[note.rep].time_zone
        local = note.at.astimezone(ZoneInfo(zone if "/" in zone else "America/New_York"))
        assert 8 <= local.hour < 22
        if local.weekday() >= 5:
            weekend.add(reps[note.rep].habit.name)
    assert weekend == {"closer"}


@pytest.mark.parametrize(
    "shape",
    [
        r"Call - [A-Z_]+ \| \d+:\d\d \| Call to .+",
        r"Call - [A-Z_]+ \| \d+:\d\d \| Call to \+1555\d{7}",
        r"Call - [a-z_]+",
        r"Call - Logged",
        r"Call - (rejected|voicemail)",
        r"Call - [A-Z_]+",
        r"",
        r"Call - \d\d:\d\d",
        r"Call - NO ANSWER \| \d:\d\d \| \w+",
        r"Call — .+",
        r"call - .+",
        r"Call - .+ \| 2:75 \| .+",
        r"Call - CONTACT \| 0:00 \| .+",
        r"Call - (GATEKEEPER|LEFT_MSG) .+",
        r"(SMS|Email|Note|Voicemail) - .+",
        r"Re: Call - .+",
    ],
)
def test_every_form_of_note_is_written(shape: str, actions: list[Write | Post]) -> None:
    """Both writers', the older ones', people's, inbound calls, and notes that are no calls."""
    titles = [note.fields["title"] for note in _writes(actions, "notes") if note.kind == "create"]
    assert any(re.fullmatch(shape, title) for title in titles)


def test_every_kind_of_change_happens(actions: list[Write | Post]) -> None:
    """Notes and opportunities are corrected, deleted, restored; notes are destroyed; deals reopen and change hands."""
    assert {write.kind for write in _writes(actions, "notes")} == {
        "create",
        "update",
        "soft_delete",
        "restore",
        "destroy",
    }
    deals = _writes(actions, "opportunities")
    assert {"create", "update", "soft_delete"} <= {write.kind for write in deals}
    assert any("ownerId" in write.fields for write in deals if write.kind == "update")
    assert any(write.fields.get("ownerId") is None for write in deals if write.kind == "create")
    closed = [write.id for write in deals if write.fields.get("stage") == "CUSTOMER"]
    assert len(closed) > len(set(closed))


def test_redhawk_tells_of_everything_and_sometimes_twice(actions: list[Write | Post]) -> None:
    """Five types of events, passes and fails, wins and losses, unknown short ids; some are sent again."""
    posts = [action for action in actions if isinstance(action, Post)]
    assert len({post.id for post in posts}) == len(posts)
    assert {post.sends for post in posts} == {1, 2}
    assert {post.event["type"] for post in posts} == {
        "module.completed",
        "exam.submitted",
        "certification.awarded",
        "battle.ended",
        "mentorship.recorded",
    }
    outcomes = {post.event["data"].get("outcome") for post in posts}
    assert outcomes & {"win", "won"}
    assert outcomes & {"lose", "lost", "abandon", "abandoned"}
    known = {post.event["data"].get("repId") or post.event["data"]["mentorRepId"] for post in posts}
    assert FLOOR.aliases.keys() - known == set()


def test_a_lone_note_of_the_second_writer_is_near_no_other_call() -> None:
    """Within two minutes the rules would take it for another call's twin: then nobody could say what was meant."""
    for rep in FLOOR.team():
        calls = [deed for deed in work_of(FLOOR, rep) if isinstance(deed, Call) and not deed.by_api_key]
        times = sorted((note.at, note.form, n) for n, call in enumerate(calls) for note in call.notes)
        alone = {n for n, call in enumerate(calls) if [note.form for note in call.notes] == ["V2"]}
        assert alone
        for (at, _, n), (next_at, _, m) in pairwise(times):
            assert not {n, m} & alone or next_at - at > TWO_MINUTES or "late" in _why(calls, n, m)


def _why(calls: list[Call], *which: int) -> str:
    """A twin from the offline queue may come at any time: its own call's note was there before."""
    return "late" if any(call.notes[-1].at - call.at > TWO_MINUTES for call in (calls[n] for n in which)) else ""


def test_a_lossy_floor_loses_nothing_with_a_version() -> None:
    """Each rep's outcome is the same when only the newest version of each note is known, and each deal's furthest."""
    floor = Floor(5, reps=10, days=8, lossy=True)
    changed = 0
    for rep in floor.team():
        whole, newest = Record(rep), Record(rep)
        for deed in work_of(floor, rep):
            whole.add(deed)
            newest.add(_newest(deed) if isinstance(deed, Call) else deed)
            if isinstance(deed, Call):
                assert all(len(set(map(_counted, note.meanings))) == 1 for note in deed.notes)
                changed += any(note.changes for note in deed.notes)
            elif isinstance(deed, Deal):
                assert sum(step.kind != "owner" for step in deed.steps) <= 1
        assert expected_of(newest, floor.ends_at) == expected_of(whole, floor.ends_at)
    assert changed > 20


def _counted(meant: Meant) -> tuple[object, ...]:
    """What figures and XP see of a note."""
    seconds = meant.duration_s
    known = seconds is not None
    return meant.reasons, meant.disposition == "APPOINTMENT", known and seconds < 30, known and seconds > 120


def _newest(call: Call) -> Call:
    """The call as who reads its notes in the end knows it; of a deleted one nothing but that it is gone."""
    notes = [replace(note, meant=note.meanings[-1], changes=()) for note in call.notes if note.says(END)]
    return replace(call, notes=tuple(notes))


def test_habits_show_in_the_figures() -> None:
    """The seed's diagnoses: a newcomer who needs opener training, no voicemails left, and talk without appointments."""
    floor = Floor(2, reps=5, days=20)
    expected = expect(floor).reps
    by_habit = {rep.habit.name: expected[rep.id] for rep in floor.team()}
    dispositions = defaultdict(list)
    for rep in floor.team():
        for deed in work_of(floor, rep):
            if isinstance(deed, Call):
                dispositions[rep.habit.name].append(deed.notes[0].meant.disposition)
    newcomer, talker, closer = (by_habit[name] for name in ("newcomer", "talker who never asks", "closer"))
    avoider = by_habit["voicemail avoider"]
    assert 0.55 < newcomer.sub_thirty_calls / newcomer.total_calls < 0.75
    assert "VOICEMAIL" not in dispositions["voicemail avoider"]
    assert avoider.total_calls > max(rep.total_calls for rep in by_habit.values() if rep is not avoider) * 0.9
    assert talker.over_two_minute_calls / talker.total_calls > 0.4
    assert "APPOINTMENT" not in dispositions["talker who never asks"]
    assert closer.closed_deals == max(rep.closed_deals for rep in by_habit.values())
    assert len({rep.rank for rep in by_habit.values()}) >= 3


@pytest.mark.parametrize("wrong", [{"reps": 0}, {"days": 0}, {"calls_a_day": 0}, {"calls_a_day": 101}])
def test_a_floor_that_makes_no_sense_is_refused(wrong: dict[str, int]) -> None:
    """More than a hundred calls a day would leave less than two minutes between them."""
    with pytest.raises(ValueError, match="a floor needs"):
        Floor(1, **wrong)


def test_the_texts_of_notes_are_not_shown() -> None:
    """A printed action names no lead."""
    assert not re.search(r"Call to|\+1555", "".join(map(repr, islice(schedule(FLOOR), 200))))
