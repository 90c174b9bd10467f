"""A rep's row that somebody deletes, duplicates or takes the rep's id from."""

from typing import Any

import pytest
from floor import JANE, JONY
from other_writers import ROWS, called, change, gives, once, publish_while, rows_of
from workspaces import reshape
from world import World

from programs.progression.rep_rows import new_row_id


@pytest.fixture
def loose(world: World) -> World:
    """A world whose workspaceMemberId is not unique."""
    reshape(world, unique=False)
    return world


def _published(world: World, foreign: int = 40) -> dict[str, Any]:
    """Jane's row with 2 XP of ours and `foreign` of somebody else's."""
    called(world)
    world.floor.publish()
    gives(world, foreign)
    _again(world)
    return rows_of(world)[0]


def _again(world: World) -> None:
    called(world)
    world.floor.publish()


def _problem(world: World) -> str | None:
    found: str | None = world.floor.ledger("SELECT row_problem FROM reps WHERE id = :rep", rep=JANE)[0]["row_problem"]
    return found


def _audited(world: World) -> list[str]:
    rows = world.floor.ledger("SELECT after FROM audit_log WHERE action = 'row problem' ORDER BY id")
    return [row["after"]["problem"] for row in rows]


def _second_row(world: World, **fields: Any) -> str:
    """Somebody makes another row for Jane, a second later."""
    world.passes(seconds=1)
    return str(world.twenty.as_api_key().create(ROWS, {"workspaceMemberId": JANE, **fields})["id"])


def test_a_deleted_row_is_brought_back_with_all_xp_and_told(world: World) -> None:
    """Soft-deleted by hand: the same row lives again, the reason is kept until the next look, and in the audit log."""
    row = _published(world)
    world.twenty.as_api_key().soft_delete(ROWS, row["id"])
    _again(world)
    (back,) = rows_of(world)
    assert (back["id"], back["deletedAt"], back["totalXp"]) == (row["id"], None, 46)
    assert "was deleted at" in (_problem(world) or "")
    _again(world)
    assert _problem(world) is None
    assert len(_audited(world)) == 1


def test_a_destroyed_row_is_made_anew_with_all_xp_and_told(world: World) -> None:
    """Gone for good: the ledger knows what others had given."""
    row = _published(world)
    world.twenty.as_api_key().destroy(ROWS, row["id"])
    _again(world)
    (anew,) = rows_of(world)
    assert (anew["id"], anew["totalXp"], anew["syncedXp"]) == (new_row_id(JANE), 46, 6)
    assert _audited(world) == ["the row was gone after write 2: made anew"]


@pytest.mark.parametrize("act", ["soft_delete", "destroy"])
def test_a_row_that_goes_between_our_read_and_our_write_is_not_left_half(world: World, act: str) -> None:
    """The next read finds it deleted or gone, and brings all of it back."""
    row = _published(world)
    called(world)
    publish_while(world, once(lambda: getattr(world.twenty.as_api_key(), act)(ROWS, row["id"])))
    (left,) = rows_of(world)
    assert (left["deletedAt"], left["totalXp"], left["syncedXp"]) == (None, 46, 6)


def test_a_cleared_workspace_member_id_is_put_back(world: World) -> None:
    """The row names nobody any more, but the ledger knows that it is Jane's: no second one is made."""
    row = _published(world)
    change(world, workspaceMemberId="")
    _again(world)
    assert [(each["id"], each["totalXp"]) for each in world.twenty.rows(ROWS)] == [(row["id"], 46)]
    assert rows_of(world)[0]["id"] == row["id"]
    assert "was cleared" in _audited(world)[0]


def test_of_two_rows_the_oldest_is_written_and_the_other_never(loose: World) -> None:
    """A second row with 100 XP: its higher XP is foreign XP once, however often it is read, and it is told."""
    first = _published(loose)
    second = _second_row(loose, totalXp=100)
    for _ in range(3):
        _again(loose)
    rows = {row["id"]: row for row in rows_of(loose)}
    assert (rows[second]["totalXp"], rows[second]["syncedXp"]) == (100, None)
    # 100 less our 4 at its first sight are 96 of others (not 40 + 96), and 10 ours.
    assert (rows[first["id"]]["totalXp"], rows[first["id"]]["syncedXp"]) == (106, 10)
    assert _audited(loose) == [f"2 rows for this rep: {first['id']} counts, not {second}"]


def test_what_is_given_in_the_second_row_counts_too(loose: World) -> None:
    """It is taken for a copy: what it gains after its first sight is foreign XP, while our growth beside it is not."""
    _published(loose)
    second = _second_row(loose, totalXp=44)
    _again(loose)
    loose.twenty.as_api_key().update(ROWS, second, {"totalXp": 64})
    _again(loose)
    row = rows_of(loose)[0]
    assert (row["totalXp"], row["syncedXp"]) == (60 + 8, 8)


def test_when_the_first_row_is_deleted_the_second_counts_and_nothing_is_lost(loose: World) -> None:
    """Somebody cleans up the wrong way round: the live row gets all XP, the deleted one stays deleted."""
    first = _published(loose)
    second = _second_row(loose)
    _again(loose)
    loose.twenty.as_api_key().soft_delete(ROWS, first["id"])
    _again(loose)
    rows = {row["id"]: row for row in rows_of(loose)}
    assert rows[first["id"]]["deletedAt"] is not None
    assert (rows[second]["totalXp"], rows[second]["syncedXp"]) == (48, 8)


def test_a_workspace_without_a_unique_key_gets_one_row_of_each_rep(loose: World) -> None:
    """New rows have an id that follows from the rep, existing ones are matched by theirs."""
    made = str(loose.twenty.as_api_key().create(ROWS, {"workspaceMemberId": JONY})["id"])
    for _ in range(2):
        called(loose)
        called(loose, JONY)
        loose.floor.publish()
    assert [(row["id"], row["totalXp"]) for row in rows_of(loose)] == [(new_row_id(JANE), 4)]
    assert [(row["id"], row["totalXp"]) for row in rows_of(loose, JONY)] == [(made, 4)]


def test_a_row_made_twice_is_one_row(loose: World) -> None:
    """A write that was given up arrives after all, between our read and our write: no second row."""
    called(loose)
    late = {"id": new_row_id(JANE), "workspaceMemberId": JANE, "totalXp": 2, "syncedXp": 2, "appliedSequence": 1}
    publish_while(loose, once(lambda: loose.twenty.as_api_key().create(ROWS, late)))
    assert [(row["totalXp"], row["syncedXp"]) for row in rows_of(loose)] == [(2, 2)]


def test_a_row_of_ours_that_was_given_to_somebody_else_is_refused_and_told(world: World) -> None:
    """Jane's row names Jony now: it stays his, and Jane waits with the reason instead of trying for ever."""
    _published(world)
    change(world, workspaceMemberId=JONY)
    _again(world)
    refused = world.floor.ledger("SELECT refused FROM reps WHERE id = :rep", rep=JANE)[0]["refused"]
    assert refused == f"row {new_row_id(JANE)} exists and names somebody else"
    assert [row["workspaceMemberId"] for row in world.twenty.rows(ROWS)] == [JONY]
