"""Other versions of Twenty, from the webhook to the row: a whole floor on each, and what each does in its own way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from floor import JANE, JONY
from other_writers import CALL, called, rows_of
from sales_floor import Play, assert_as_expected, settle
from world import World

from programs.progression.rep_rows import new_row_id
from sandbox.floor import Floor, expect
from sandbox.floor.deals import Deal
from sandbox.floor.work import work_of
from sandbox.twenty.faults import ApiFault, Faults
from sandbox.twenty.versions import NEWER, OLDER, V2_21, WaysOfVersion
from twenty_client.errors import RateLimited
from twenty_client.request import batch_upsert
from worker.clock import tick

LAGGING = replace(NEWER, replica_lag_s=3.0)
OpenWorld = Callable[..., World]


@pytest.fixture
def lagging(open_world: OpenWorld) -> World:
    """A world whose lists are 3 s behind."""
    return open_world(LAGGING)


def _hands_over(floor: Floor) -> bool:
    """Whether a deal gets another owner."""
    deals = (deed for rep in floor.team() for deed in work_of(floor, rep) if isinstance(deed, Deal))
    return any(step.kind == "owner" for deal in deals for step in deal.steps)


@pytest.mark.parametrize("ways", [OLDER, V2_21, NEWER], ids=["older", "2.21", "newer"])
def test_a_floor_comes_out_right_on_each_version(play: Play, ways: WaysOfVersion) -> None:
    """Four reps for a day with a fifth of the webhooks lost: every figure is the floor's own.

    No deal changes hands there, as an older Twenty knows no owners.
    """
    floor = Floor(5, reps=4, days=1, calls_a_day=25, lossy=True)
    expected = expect(floor)
    assert sum(rep.closed_deals for rep in expected.reps.values()) == 2
    assert not _hands_over(floor)
    jobs = play(floor, faults=Faults(seed=7, drop_share=0.2), ways=ways)
    settle(jobs)
    assert_as_expected(jobs, expected)


def test_more_reps_than_an_older_batch_holds_are_all_written(open_world: OpenWorld) -> None:
    """61 reps on a version that takes 60 rows a call, which refuses no batch."""
    world = open_world(OLDER)
    reps = [f"20202020-0000-4000-8000-{number:012d}" for number in range(61)]
    for rep in reps:
        world.twenty.put("workspaceMembers", {"id": rep, "name": {"firstName": "Rep", "lastName": rep[-2:]}})
        world.call(CALL, rep)
    world.told()
    assert {rep: row["totalXp"] for rep, row in world.floor.rows().items()} == dict.fromkeys(reps, 2)
    assert world.twenty.calls_by_status.keys() == {200, 201}


def test_a_deal_without_an_owner_field_is_its_makers(open_world: OpenWorld) -> None:
    """On an older version whoever created the opportunity gets it, whatever its owner would be later."""
    world = open_world(OLDER)
    world.deal("CUSTOMER", rep=JANE)
    world.settled()
    assert world.row(JANE)["closedDeals"] == 1


def test_twins_are_known_by_the_older_person_id(open_world: OpenWorld) -> None:
    """A rep's note and an API key's of the same call and lead, which an older version names personId, are one call."""
    world = open_world(OLDER)
    lead = world.person()
    world.call("Call - CONTACT | 2:05 | Kim", lead=lead)
    world.call("Call - CONTACT | 2:05 | Kim", rep=None, lead=lead)
    world.settled()
    assert world.standing(JANE)["totalCalls"] == 1
    assert world.floor.ledger("SELECT count(*) FROM facts WHERE lead = :lead", lead=lead) == [{"count": 2}]


def test_a_note_that_an_upsert_brings_back_counts_again(world: World) -> None:
    """No version tells that as `restored`: it is an update of deletedAt."""
    note = world.call(CALL)
    world.told()
    world.delete("notes", note)
    world.told()
    assert world.standing()["totalCalls"] == 0
    world.passes(seconds=1)
    world.floor.parts.twenty.send(batch_upsert("notes", [{"id": note}]))
    world.told()
    assert world.standing()["totalCalls"] == 1
    assert world.floor.ledger(
        "SELECT count(*) FROM deliveries WHERE strpos(encode(raw, 'escape'), 'restored') > 0"
    ) == [{"count": 0}]


def test_a_newer_refusal_names_its_time_and_the_budget(open_world: OpenWorld) -> None:
    """What a newer version tells with a 429 reaches who decides about waiting and sharing."""
    world = open_world(NEWER)
    called(world)
    world.twenty.faults.set(Faults(api=(ApiFault(kind="429", share=1),)))
    with pytest.raises(RateLimited) as refused:
        world.floor.publish()
    assert (refused.value.retry_after_s, refused.value.limit) == (1.0, 100)


def test_a_row_that_a_replica_does_not_show_yet_is_made_once(lagging: World) -> None:
    """Written again a second after it was made, the row is no stranger's: the rep is tried again, and right."""
    called(lagging)
    lagging.floor.publish()
    called(lagging)
    lagging.floor.publish()
    refused = lagging.floor.ledger("SELECT refused FROM reps WHERE id = :rep", rep=JANE)[0]["refused"]
    assert refused == f"row {new_row_id(JANE)} exists, and Twenty does not show it yet"
    lagging.passes(seconds=5)
    lagging.floor.ledger("UPDATE reps SET recheck_at = now() WHERE recheck_at IS NOT NULL RETURNING id")
    tick(lagging.floor.parts, timedelta(minutes=5))
    lagging.floor.publish()
    assert [row["totalXp"] for row in rows_of(lagging)] == [4]


@pytest.mark.parametrize("reps", [[JANE], [JANE, JONY]], ids=["alone", "in a batch"])
def test_an_older_state_of_a_row_is_not_taken_for_the_row(lagging: World, reps: list[str]) -> None:
    """A deal that was won and lost again within the lag leaves no closed deal, though the replica shows none."""
    for rep in reps:
        called(lagging, rep)
    lagging.floor.publish()
    lagging.passes(minutes=1)
    deals = [lagging.deal("CUSTOMER", rep) for rep in reps]
    lagging.told()
    assert {row["closedDeals"] for row in lagging.floor.rows().values()} == {1}
    for deal in deals:
        lagging.move(deal, "PROPOSAL")
    lagging.told()
    lagging.passes(seconds=5)
    lagging.floor.publish()
    assert {row["closedDeals"] for row in lagging.floor.rows().values()} == {0}


def test_what_a_replica_shows_late_is_in_the_next_sweep(lagging: World) -> None:
    """A note without a webhook, written a second before a sweep: the next one looks back far enough."""
    lagging.floor.sweep()
    lagging.call(CALL)
    lagging.floor.sweep()
    assert lagging.floor.rows() == {}
    lagging.passes(seconds=20)
    lagging.floor.sweep()
    assert lagging.row()["totalXp"] == 2
