"""`repsync audit --twenty`: the rows in Twenty beside what was written, on a system at work."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from floor import JANE, JONY
from other_writers import change, gives, rows_of
from proving import discrepancies, rows_off
from world import World

from twenty_client.reply import Reply
from twenty_client.request import Request
from twenty_client.urgency import Urgency
from worker.force_sync import force_sync
from worker.proofs.proof import Proof
from worker.proofs.rows import MOST_LOOKS, prove_rows

Act = Callable[[], object]


@pytest.fixture
def settled(world: World) -> World:
    """Jane and Jony made a call each; both are published, and clean."""
    for rep in (JANE, JONY):
        world.call("Call - CONTACT | 2:05 | Kim", rep)
    world.settled()
    world.settled()
    assert rows_off(world.floor) == []
    return world


# What somebody does to Jane's row, and what the audit says is there.
DAMAGES: dict[str, Callable[[World], object]] = {
    "totalXp 3": lambda world: change(world, totalXp=3),
    "syncedXp None": lambda world: change(world, syncedXp=None),
    "no row": lambda world: world.destroy("repProgressions", rows_of(world)[0]["id"]),
    "the row is deleted": lambda world: world.delete("repProgressions", rows_of(world)[0]["id"]),
    "workspaceMemberId is cleared": lambda world: change(world, workspaceMemberId=None),
}


def test_a_damaged_row_is_named_and_mended_by_the_cure(settled: World) -> None:
    """The audit of the ledger stays clean, that of the rows tells what is there, and a sync puts it right."""
    for found, damage in DAMAGES.items():
        damage(settled)
        assert discrepancies(settled.floor) == []
        (off,) = rows_off(settled.floor)
        assert (off.subject, off.found.partition(":")[0]) == (f"rep {JANE}", found)
        assert off.cure.endswith(f"`POST /api/reps/{JANE}/sync`")
        assert force_sync(settled.floor.parts, JANE).outcome == "synced"
        assert rows_off(settled.floor) == []


def test_lowered_ranks_and_lost_badges_are_named(settled: World) -> None:
    """What was granted must be in the row; what others put there on top is theirs, and a strange word stays."""
    with_badge = "INSERT INTO badges (rep, badge, fact_key, reached_at) VALUES (%(jane)s, 'closer.gold', 'x', now())"
    with settled.floor.parts.engine.begin() as connection:
        connection.exec_driver_sql(with_badge, {"jane": JANE})
        connection.exec_driver_sql("UPDATE reps SET standing = jsonb_set(standing, '{currentRank}', '\"E-3\"')")
    found = [(off.subject, off.found, off.expected) for off in rows_off(settled.floor)]
    assert found == [
        (f"rep {JANE}", "badges without closer.gold", "all that were granted"),
        (f"rep {JANE}", "currentRank E-1", "E-3 or above"),
        (f"rep {JONY}", "currentRank E-1", "E-3 or above"),
    ]
    change(settled, currentRank="team_lead", badges=["closer.gold", "another.gold"])
    change(settled, JONY, currentRank="Grand Vizier")
    assert rows_off(settled.floor) == []


def test_a_second_row_is_told_as_somebody_s(settled: World) -> None:
    """It names both rows and says that no XP of ours is lost."""
    settled.passes(seconds=1)
    settled.twenty.put("repProgressions", {"workspaceMemberId": JANE, "totalXp": 5})
    (off,) = rows_off(settled.floor)
    assert off.found.startswith(f"2 rows, {rows_of(settled)[0]['id']} counts, not {rows_of(settled)[1]['id']}")
    assert off.found.endswith("no XP of ours is lost")
    assert off.cure.startswith("delete")


def test_a_lowered_sequence_is_named_until_the_next_write(settled: World) -> None:
    """A sync has nothing to write; the rep's next call has."""
    change(settled, appliedSequence=0)
    (off,) = rows_off(settled.floor)
    assert (off.found, off.cure) == ("appliedSequence 0", "nothing: the rep's next write sets it")
    settled.call("Call - CONTACT | 2:05 | Kim")
    settled.settled()
    assert rows_off(settled.floor) == []


def test_more_xp_by_others_is_counted_and_not_off(settled: World) -> None:
    """XP that the next publish will find is theirs to give."""
    gives(settled, 40)
    assert _proof(settled).figures == {"compared": 2, "with more XP by others": 1}


class _AtEachRead:
    """Twenty, as something happens before each read of the rows."""

    def __init__(self, send: Callable[[Request], Reply], act: Act) -> None:
        self._send = send
        self._act = act

    def at(self, urgency: Urgency) -> "_AtEachRead":
        assert urgency is Urgency.SWEEP
        return self

    def send(self, request: Request) -> Reply:
        if request.method == "GET" and request.path.endswith("repProgressions"):
            self._act()
        return self._send(request)


def _proof(world: World, act: Act = lambda: None) -> Proof:
    twenty = _AtEachRead(world.floor.parts.twenty.send, act)
    return prove_rows(replace(world.floor.parts, twenty=twenty), wait=lambda _: None)  # type: ignore[arg-type]


def test_a_rep_who_waits_is_queued(settled: World) -> None:
    """A call that is digested and not published yet: the row is behind, and that is right."""
    settled.call("Call - CONTACT | 2:05 | Kim")
    settled.deliver_all()
    change(settled, totalXp=3)
    proof = _proof(settled)
    assert (proof.holds, proof.figures) == (True, {"compared": 1, "queued": 1, "with more XP by others": 0})


def test_a_row_written_while_it_is_looked_at_is_looked_at_again(settled: World) -> None:
    """One publish between our looks at ledger and row is waited out; one at each look ends as in motion."""

    def publishes() -> None:
        settled.call("Call - CONTACT | 2:05 | Kim")
        settled.told()

    left = [publishes]
    once = _proof(settled, lambda: left.pop()() if left else None)
    assert (once.holds, once.figures["compared"]) == (True, 2)
    looks: list[int] = []
    always = _proof(settled, lambda: (looks.append(1), publishes()))
    assert (always.holds, always.figures["in motion"], always.figures["compared"]) == (True, 1, 1)
    assert len(looks) == MOST_LOOKS


def test_many_rows_are_read_sixty_a_call(settled: World) -> None:
    """Two reps cost one call, whatever is found."""
    reads: list[int] = []
    _proof(settled, lambda: reads.append(1))
    assert len(reads) == 1
