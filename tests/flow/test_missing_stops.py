"""Too many missing to believe: the pass stops, deletes nothing, and an operator says what is true."""

import pytest
from losing import (
    Between,
    calls_of,
    comparison,
    destroy_unheard,
    look,
    lose,
    missing,
    put_notes,
    stamp,
    swept_later,
)
from world import MONDAY, World

from ledger.comparisons import Stopped
from twenty_client.request import Request
from worker.comparing import allowed_missing
from worker.missing import accept_missing


def test_a_workspace_that_answers_nothing_deletes_nothing(world: World) -> None:
    """A key that may read no notes, another workspace: the pass stops at its first call and asks the operator."""
    put_notes(world, 60)
    world.settled()
    look(world)
    rows = world.twenty.rows("notes")
    for row in rows:
        world.twenty.as_api_key().destroy("notes", row["id"])
    lose(world)
    for _ in range(3):
        swept_later(world, hours=1)
        assert look(world) == 3
        assert (missing(world), calls_of(world)) == ({}, 60)
        state = comparison(world)
        assert (state["too_many"], state["among"]) == (60, 60)
    for row in rows:
        world.twenty.put("notes", row)
    swept_later(world, hours=1)
    look(world)
    assert comparison(world)["too_many"] is None


def test_what_the_operator_accepts_is_believed_once(world: World) -> None:
    """Every accepted record is still confirmed by a second read; the next pass asks again."""
    notes = put_notes(world, 6)
    kept = world.call("Call - CONTACT")
    swept_later(world)
    assert accept_missing(world.floor.parts) == []
    for note in notes[:3]:
        destroy_unheard(world, "notes", note)
    look(world)
    assert missing(world) == {}
    assert accept_missing(world.floor.parts) == [Stopped("note", 3, 7)]
    look(world)
    assert missing(world) == dict.fromkeys(notes[:3], "believed")
    swept_later(world)
    look(world)
    assert calls_of(world) == 4
    for note in notes[3:]:
        destroy_unheard(world, "notes", note)
    swept_later(world, hours=1)
    look(world)
    assert (set(missing(world)), comparison(world)["too_many"]) == (set(notes[:3]), 3)
    assert calls_of(world) == 4
    assert kept not in missing(world)


def test_what_is_accepted_while_a_pass_is_at_work_is_for_the_next_one(world: World) -> None:
    """A pass that began without it still stops, and the one after it believes."""
    notes = put_notes(world, 5)
    swept_later(world)
    for note in notes[:3]:
        destroy_unheard(world, "notes", note)
    look(world)
    world.floor.ledger("UPDATE comparisons SET compared_at = NULL RETURNING object")
    whole = world.floor.parts

    def accepts(number: int, request: Request) -> None:
        if number == 1:
            accept_missing(whole)

    Between(world, accepts)
    look(world)
    assert (comparison(world)["too_many"], missing(world)) == (3, {})
    world.floor.parts = whole
    look(world)
    assert missing(world) == dict.fromkeys(notes[:3], "believed")


@pytest.mark.parametrize(
    ("live", "allowed"), [(0, 1), (99, 1), (199, 1), (200, 2), (4_999, 49), (5_000, 50), (1_000_000, 50)]
)
def test_at_most_one_in_a_hundred_and_fifty(live: int, allowed: int) -> None:
    """The issue's numbers, and a single record is never too many."""
    assert allowed_missing(live) == allowed


def test_too_many_that_only_the_ids_show_stop_the_pass(world: World) -> None:
    """Another workspace with as many notes: equal counts, and none of the ids."""
    put_notes(world, 5)
    world.settled()
    for row in world.twenty.rows("notes"):
        world.twenty.as_api_key().destroy("notes", row["id"])
        world.twenty.put("notes", {**row, "id": str(row["id"])[:-4] + "ffff"})
    lose(world)
    look(world)
    assert missing(world) == {}
    assert comparison(world)["too_many"] == 5


def test_what_was_noted_before_the_pass_was_stopped_is_forgotten(world: World) -> None:
    """One missing in the earlier half, four in the later one, and some that were never seen hide them all at first."""
    notes = put_notes(world, 300)
    swept_later(world)
    for note in [notes[0], *notes[-4:]]:
        destroy_unheard(world, "notes", note)
    put_notes(world, 6, createdAt=stamp(MONDAY))
    look(world)
    assert (comparison(world)["too_many"], missing(world)) == (5, {})
