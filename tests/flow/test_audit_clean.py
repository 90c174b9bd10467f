"""The audit is clean whatever happened, at every moment: work in flight is queued, and nothing of it is off."""

from floor import JANE, JONY, Floor
from other_writers import change, gives
from proving import discrepancies, figures, rows_off, spoil
from redhawk_sender import RedHawkSender
from sales_floor import Play, settle
from world import World

from accounts.mapping import Alias
from ledger.engine import transaction
from ledger.published import put_off_publishing, refuse
from sandbox.floor import Floor as Made
from sandbox.twenty.faults import Faults
from worker.mapping import map_name
from worker.publish import PUT_OFF
from worker.rebuild import rebuild

AT = "2026-11-16T15:00:00Z"


def _clean(floor: Floor) -> None:
    assert discrepancies(floor) == []
    assert rows_off(floor) == []


def test_the_recorded_day_is_clean_at_every_step(floor: Floor) -> None:
    """Stored, digested, published, swept: each delivery is in a state, and reps wait until they are published."""
    floor.play(shuffle=3, repeat=2)
    _clean(floor)
    assert figures(floor, "deliveries") == {"pending": 152}
    floor.digest(limit=17)
    _clean(floor)
    assert figures(floor, "standings") == {"queued": 3}
    floor.publish()
    _clean(floor)
    floor.sweep()
    _clean(floor)
    assert figures(floor, "standings") == {"published": 3}
    assert figures(floor, "day totals")["calls"] == 81
    assert figures(floor, "facts")["facts of nobody"] == 2


def test_corrections_twins_and_late_deals_are_clean(world: World) -> None:
    """Two notes of one call, edits, removals, a deal handed over and won late, and a rebuild, each step of the way."""
    lead = world.person()
    first, second = world.call("Call - CONTACT | 2:05 | Kim", lead=lead), world.call("Call - contact")
    gone = world.call("Call - APPOINTMENT | 3:00 | Lee", lead=lead)
    deal = world.deal("MEETING", lead=lead)
    world.told()
    _clean(world.floor)
    world.passes(minutes=6)
    world.settled()
    _clean(world.floor)
    world.edit(first, "Call - NO_ANSWER | 0:10 | Kim")
    world.delete("notes", second)
    world.destroy("notes", gone)
    world.hand_over(deal, JONY)
    world.move(deal, "CUSTOMER")
    world.deliver_all()
    _clean(world.floor)
    world.settled()
    _clean(world.floor)
    world.passes(hours=30)
    _clean(world.floor)
    assert figures(world.floor, "standings") == {"changing with time": 2}
    assert rebuild(world.floor.parts, None, correct=True, progress=lambda *_: None).same
    _clean(world.floor)


def test_foreign_xp_and_adopted_rows_are_clean(world: World) -> None:
    """Jane's row held 4,000 XP before repsync came, others give XP, and a total is lowered and raised again."""
    world.twenty.put("repProgressions", {"workspaceMemberId": JANE, "name": "Jane", "totalXp": 4000})
    world.call("Call - CONTACT | 2:05 | Kim")
    world.settled()
    world.call("Call - CONTACT | 2:05 | Lee")
    world.settled()
    _clean(world.floor)
    gives(world, 40)
    _clean(world.floor)
    world.call("Call - CONTACT | 2:05 | Max")
    world.settled()
    change(world, totalXp=7)
    world.call("Call - NO_ANSWER | 0:40 | Max")
    world.settled()
    _clean(world.floor)
    assert world.row()["totalXp"] == 4000 + 40 + 3 * 20 + 2


def test_moved_aliases_are_clean_and_pay_once(world: World) -> None:
    """RedHawk's id and an API key are given to Jane, then to Jony: each of their facts stays paid to Jane."""
    academy = RedHawkSender(world.floor)
    for attempt, score in (("a0", 92), ("a1", 95)):
        data = {"moduleId": "0", "repId": "1", "score": score, "completedAt": AT, "attemptId": attempt}
        academy.send({"type": "module.completed", "timestamp": AT, "data": data})
    world.call("Call - CONTACT | 2:05 | Kim", rep=None)
    world.settled()
    _clean(world.floor)
    assert figures(world.floor, "deliveries")["parked"] > 2
    for rep in (JANE, JONY):
        map_name(world.floor.parts, Alias("redhawk", "1", rep))
        map_name(world.floor.parts, Alias("twenty", "worker-key", rep))
        _clean(world.floor)
        world.settled()
        _clean(world.floor)


def test_a_lossy_floor_is_clean(play: Play) -> None:
    """A made-up floor with webhooks dropped and doubled, before a sweep made it whole and after."""
    floor = play(Made(11, reps=6, days=2, calls_a_day=20, lossy=True), faults=Faults(seed=11, drop_share=0.1))
    floor.digest()
    _clean(floor)
    settle(floor)
    _clean(floor)
    assert figures(floor, "facts")["facts"] > 100


def test_refused_and_put_off_reps_are_told_as_waiting(world: World) -> None:
    """A row that Twenty refuses, and publishing that is paused: both wait, neither is off."""
    world.call("Call - CONTACT | 2:05 | Kim")
    world.call("Call - CONTACT | 2:05 | Kim", rep=JONY)
    world.deliver_all()
    with transaction(world.floor.parts.engine) as connection:
        refuse(connection, JANE, _dirty(world, JANE), "no")
        put_off_publishing(connection, "no object", PUT_OFF)
    assert figures(world.floor, "standings") == {"put off": 1, "refused": 1}
    _clean(world.floor)


def _dirty(world: World, rep: str) -> int:
    return int(world.floor.ledger("SELECT dirty FROM reps WHERE id = :rep", rep=rep)[0]["dirty"])


def test_a_gap_waits_for_the_watermark(floor: Floor) -> None:
    """A ledger that was lost and filled anew from Twenty: XP that no award explains yet is a gap, then carried."""
    floor.play()
    floor.sweep()
    before = {rep: row["totalXp"] for rep, row in floor.rows().items()}
    kept = "deliveries, record_versions, facts, awards, day_totals, rank_steps, badges, reps, members, writes"
    spoil(floor, f"TRUNCATE {kept}")
    spoil(floor, "UPDATE sweep_state SET cursor_at = NULL, candidate_at = NULL, watermark_at = NULL, started_at = NULL")
    for carried in (0, 7, 7):
        floor.sweep()
        _clean(floor)
        assert figures(floor, "XP")["XP carried"] == carried
    assert {rep: row["totalXp"] for rep, row in floor.rows().items()} == before
