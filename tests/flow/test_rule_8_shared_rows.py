"""Rule 8: a row that others write too is written alone by compare-and-set."""

from dataclasses import replace
from random import Random

import pytest
from floor import JANE, JONY
from other_writers import ROWS, Between, Writer, called, change, gives, once, publish_while, rows_of
from world import World

from ledger.dirty import mark_dirty
from ledger.engine import transaction
from twenty_client.request import Request
from worker.force_sync import CONTENDED, ForcedSync, force_sync


def _shared(world: World) -> None:
    """Jane has 2 XP of ours and 40 of somebody else's, and repsync knows it."""
    called(world)
    world.floor.publish()
    gives(world, 40)
    called(world)
    world.floor.publish()
    assert world.row()["totalXp"] == 44


def _shared_flag(world: World) -> bool:
    return bool(world.floor.ledger("SELECT shared FROM reps WHERE id = :rep", rep=JANE)[0]["shared"])


def test_a_shared_row_is_written_by_a_filter_of_what_was_read(world: World) -> None:
    """The PATCH names the id, the total and, by `lte`, the time that were read, and leaves the key alone."""
    _shared(world)
    called(world)
    row, sent = rows_of(world)[0], list[Request]()
    publish_while(world, sent.append)
    (patch,) = sent
    guard = f'and(id[eq]:"{row["id"]}",totalXp[eq]:44,updatedAt[lte]:"{row["updatedAt"]}")'
    assert (patch.method, patch.query) == ("PATCH", (("filter", guard),))
    assert patch.body["totalXp"] == 46
    assert "workspaceMemberId" not in patch.body


def test_a_lost_race_is_read_and_planned_again_in_the_same_publish(world: World) -> None:
    """Somebody gives 10 XP between our read and our write: neither part is lost."""
    _shared(world)
    called(world)
    publish_while(world, once(lambda: gives(world, 10)))
    row = world.row()
    assert (row["totalXp"], row["syncedXp"]) == (56, 6)
    assert world.floor.ledger("SELECT count(*) AS dirty FROM reps WHERE dirty > done") == [{"dirty": 0}]


def test_a_change_without_xp_loses_the_race_too(world: World) -> None:
    """A badge given between our read and our write stays, as the time in the filter differs."""
    _shared(world)
    called(world)
    publish_while(world, once(lambda: change(world, badges=["employee_of_the_month"])))
    assert (world.row()["badges"], world.row()["totalXp"]) == (["employee_of_the_month"], 46)


def test_a_row_that_never_holds_still_stays_dirty_and_others_are_published(world: World) -> None:
    """After three lost races the rep waits behind the others; what they gave stays, ours comes later."""
    _shared(world)
    called(world)
    called(world, JONY)
    gifts = []

    def meddle(request: Request) -> None:
        if request.method == "PATCH":
            gifts.append(gives(world, 1))

    publish_while(world, meddle)
    assert world.row(JONY)["totalXp"] == 2
    assert len(gifts) % 3 == 0
    assert world.row()["totalXp"] == 44 + len(gifts)
    assert world.floor.ledger("SELECT id FROM reps WHERE dirty > done") == [{"id": JANE}]
    world.floor.publish()
    assert (world.row()["totalXp"], world.row()["syncedXp"]) == (46 + len(gifts), 6)


def test_a_sync_of_a_row_that_never_holds_still_says_so(world: World) -> None:
    """Force sync answers `busy` instead of claiming that Twenty has the standing."""
    _shared(world)
    called(world)
    meddling = Between(world.floor.parts.twenty.send, lambda _: gives(world, 1))
    answer = force_sync(replace(world.floor.parts, twenty=meddling), JANE)  # type: ignore[arg-type]
    assert answer == ForcedSync("busy", CONTENDED)


def test_a_single_row_is_compared_before_anybody_ever_wrote_it(world: World) -> None:
    """A batch of one costs no more as a compare-and-set, so even the first foreign XP is not lost."""
    called(world)
    world.floor.publish()
    called(world)
    publish_while(world, once(lambda: gives(world, 40)))
    assert (world.row()["totalXp"], world.row()["syncedXp"]) == (44, 4)
    assert _shared_flag(world)


def test_the_first_foreign_xp_of_all_can_fall_under_one_batch(world: World) -> None:
    """Two rows in one batch: 40 XP given between read and write are overwritten, and nothing of ours; from the next
    gift on the row is shared and none is lost. This is what the batch costs, once a row."""
    for rep in (JANE, JONY):
        called(world, rep)
    world.floor.publish()
    for rep in (JANE, JONY):
        called(world, rep)
    publish_while(world, once(lambda: gives(world, 40)))
    assert (world.row()["totalXp"], world.row()["syncedXp"]) == (4, 4)
    gives(world, 40)
    for rep in (JANE, JONY):
        called(world, rep)
    world.floor.publish()
    called(world)
    publish_while(world, once(lambda: gives(world, 5)))
    assert (world.row()["totalXp"], world.row()["syncedXp"]) == (53, 8)


def test_a_gift_beside_a_batch_that_leaves_the_total_alone_is_seen_in_the_answer(world: World) -> None:
    """The batch wrote other fields only: its answer shows 40 XP more than planned, so the row is read again."""
    for rep in (JANE, JONY):
        called(world, rep)
    world.floor.publish()
    for rep in (JANE, JONY):
        world.call("Lunch with Kim", rep)
        change(world, rep, streakDays=9)
    world.deliver_all()
    _dirty(world, JANE, JONY)
    publish_while(world, once(lambda: gives(world, 40)))
    assert world.row()["totalXp"] == 42
    due = world.floor.ledger("SELECT id FROM reps WHERE recheck_at IS NOT NULL")
    assert due == [{"id": JANE}]


def _dirty(world: World, *reps: str) -> None:
    with transaction(world.floor.parts.engine) as connection:
        mark_dirty(connection, reps)


def test_a_row_that_had_xp_before_us_is_compared_from_the_first_write_on(world: World) -> None:
    """An adopted row has another writer: not even its first batch overwrites."""
    for rep in (JANE, JONY):
        world.twenty.put(ROWS, {"workspaceMemberId": rep, "totalXp": 100})
        called(world, rep)
    publish_while(world, once(lambda: gives(world, 40)))
    assert world.row()["totalXp"] == 140


def test_where_another_program_is_known_to_pay_every_row_is_shared(world: World) -> None:
    """With an owner of XP that is not repsync no row goes by batch, so not even the first gift is lost."""
    rules = world.floor.parts.rules
    world.use(replace(rules, xp_owners=replace(rules.xp_owners, training="foreign")))
    for rep in (JANE, JONY):
        called(world, rep)
    world.floor.publish()
    for rep in (JANE, JONY):
        called(world, rep)
    publish_while(world, once(lambda: gives(world, 40)))
    assert (world.row()["totalXp"], world.row()["syncedXp"]) == (44, 4)


def test_a_row_that_somebody_makes_between_our_read_and_our_write_is_not_overwritten(world: World) -> None:
    """New rows are created, not upserted: the one with 30 XP that ADS made meanwhile is found and kept."""
    called(world)
    called(world, JONY)
    make = {"workspaceMemberId": JANE, "totalXp": 30}
    publish_while(world, once(lambda: world.twenty.as_api_key().create(ROWS, make)))
    assert (world.row()["totalXp"], world.row(JONY)["totalXp"]) == (32, 2)
    assert len(rows_of(world)) == 1


@pytest.mark.parametrize("seed", range(3))
def test_a_careful_second_writer_and_repsync_lose_no_xp_of_either(world: World, seed: int) -> None:
    """40 rounds of calls, gifts by compare-and-set and publishes, in any order, also between read and write."""
    dice, writer = Random(seed), Writer(world, careful=True)
    _shared(world)
    calls = _stress(world, writer, dice)
    assert writer.given > 0
    assert (world.row()["totalXp"], world.row()["syncedXp"]) == (40 + writer.given + 2 * calls, 2 * calls)


@pytest.mark.parametrize("seed", range(3))
def test_a_blind_second_writer_loses_xp_of_its_own_and_none_of_ours(world: World, seed: int) -> None:
    """One that overwrites what came since it read takes our growth out of its own gift; our part stays whole and the
    total never falls."""
    dice, writer = Random(seed), Writer(world, careful=False)
    _shared(world)
    calls = _stress(world, writer, dice)
    row = world.row()
    foreign = row["totalXp"] - row["syncedXp"]
    assert row["syncedXp"] == 2 * calls
    assert 40 <= foreign < 40 + writer.given


def _stress(world: World, writer: Writer, dice: Random) -> int:
    """Returns how many calls were made in all, after everything is published."""
    calls, highest = 2, 0

    def meddle(_: Request) -> None:
        if dice.random() < 0.5:
            writer.look() if writer.read is None or dice.random() < 0.3 else writer.give(dice.randint(1, 9))

    for _ in range(40):
        if dice.random() < 0.4:
            called(world)
            calls += 1
        meddle(Request("GET", "/"))
        if dice.random() < 0.5:
            _dirty(world, JANE)
            publish_while(world, meddle)
            if not world.floor.ledger("SELECT id FROM reps WHERE dirty > done"):
                assert world.row()["totalXp"] >= highest
                highest = world.row()["totalXp"]
    _dirty(world, JANE)
    world.floor.publish()
    return calls
