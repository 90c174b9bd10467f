"""The loss meter: what a sweep brought and no webhook told in ten minutes is counted, by object and hour."""

from datetime import timedelta
from typing import Any

import pytest
from floor import JANE
from other_writers import CALL
from world import World

from ledger.engine import transaction
from ledger.losses import losses_since, meter
from sandbox.twenty.faults import Faults
from worker.backfill import read_again
from worker.loss_metering import meter_losses
from worker.sweep import sweep


@pytest.fixture
def heard(world: World) -> World:
    """A world whose first webhook came, and whose first sweep is long ago."""
    world.call(CALL)
    world.settled()
    world.passes(minutes=10)
    world.floor.sweep()
    return world


def _age(world: World, minutes: float) -> None:
    """Everything that happened so far happened so many minutes earlier."""
    with transaction(world.floor.parts.engine) as connection:
        for table, columns in (("record_versions", ("told_at", "unmetered_at")), ("deliveries", ("received_at",))):
            shifted = ", ".join(f"{column} = {column} - interval '{minutes} minutes'" for column in columns)
            connection.exec_driver_sql(f"UPDATE {table} SET {shifted}")


def _lose(world: World) -> None:
    """The webhooks that Twenty posted meanwhile never arrive."""
    world.collect()
    world.mail.clear()


def _counted(world: World) -> dict[str, tuple[int, int]]:
    """(told, lost) by object, once the time of all webhooks is over."""
    _age(world, 11)
    meter_losses(world.floor.parts)
    rows = world.floor.ledger("SELECT object, sum(told) AS told, sum(lost) AS lost FROM losses GROUP BY 1 ORDER BY 1")
    return {row["object"]: (int(row["told"]), int(row["lost"])) for row in rows}


def test_the_first_webhook_is_known_before_the_clock_ticks(world: World) -> None:
    """Whoever looks right after it (the doctor after its round trip) does not say that none ever came."""
    world.call(CALL)
    world.collect()
    world.deliver()
    with transaction(world.floor.parts.engine) as connection:
        assert losses_since(connection, timedelta(hours=1)).webhooks_since is not None
    assert world.floor.ledger("SELECT webhooks_since FROM sweep_state") == [{"webhooks_since": None}]


def test_what_no_webhook_told_is_lost_by_object(heard: World) -> None:
    """A note and its target are lost, a deal is told; opportunities none of whose webhooks come are not hidden."""
    heard.call(CALL, lead=heard.person())
    heard.deal()
    _lose(heard)
    heard.call(CALL)
    heard.deliver_all()
    heard.floor.sweep()
    assert _counted(heard) == {"note": (1, 1), "noteTarget": (0, 1), "opportunity": (0, 1)}


@pytest.mark.parametrize(
    ("order", "counted"),
    [
        (("deliver", "digest", "sweep", "digest"), (1, 0)),
        (("sweep", "digest", "deliver", "digest"), (1, 0)),
        (("deliver", "sweep", "digest"), (1, 0)),
        (("sweep", "deliver", "digest"), (1, 0)),
        (("sweep", "digest", "9 minutes", "deliver", "digest"), (1, 0)),
        (("sweep", "digest", "11 minutes", "deliver", "digest"), (0, 1)),
        (("sweep", "11 minutes", "deliver", "digest"), (0, 1)),
    ],
)
def test_both_orders_of_arrival_come_out_right(heard: World, order: tuple[str, ...], counted: tuple[int, int]) -> None:
    """A webhook counts before the sweep, in a batch with it, and until ten minutes after it, whenever digested."""
    heard.call(CALL)
    heard.collect()
    heard.passes(seconds=1)
    does = {
        "deliver": heard.deliver,
        "digest": heard.floor.digest,
        "sweep": lambda: sweep(heard.floor.parts),
        "9 minutes": lambda: _age(heard, 9),
        "11 minutes": lambda: _age(heard, 11),
    }
    for step in order:
        does[step]()
    assert _counted(heard) == {"note": counted}


def test_a_webhook_that_waits_in_the_inbox_is_waited_for(heard: World) -> None:
    """It was received in time: nothing is counted before it is digested."""
    heard.call(CALL)
    heard.collect()
    heard.floor.sweep()
    _age(heard, 5)
    heard.deliver()
    assert _counted(heard) == {}
    heard.floor.digest()
    assert _counted(heard) == {"note": (1, 0)}


def test_a_patch_of_unchanged_values_is_no_loss(heard: World) -> None:
    """It moves updatedAt and sends no webhook; a real edit that was lost after it is one."""
    note = heard.call(CALL)
    heard.told()
    heard.passes(minutes=1)
    heard.edit(note, CALL)
    heard.collect()
    assert heard.mail == []
    heard.floor.sweep()
    assert _counted(heard) == {}
    heard.edit(note, "Call - CONTACT | 2:05 | Kim")
    _lose(heard)
    heard.floor.sweep()
    assert _counted(heard) == {"note": (0, 1)}


@pytest.mark.parametrize(("apart_s", "counted"), [(0, (2, 0)), (30, (1, 1))])
def test_an_event_that_carries_a_later_write_s_row_is_none_lost(
    heard: World, apart_s: int, counted: tuple[int, int]
) -> None:
    """Of writes within 2 s one event may tell for both; of writes apart each has its own."""
    note = heard.call(CALL)
    heard.told()
    heard.passes(minutes=1)
    heard.edit(note, "Call - CONTACT | 2:05 | Kim")
    _lose(heard)
    sweep(heard.floor.parts)
    heard.passes(seconds=apart_s)
    heard.edit(note, "Call - CONTACT | 2:06 | Kim")
    heard.deliver_all()
    heard.floor.sweep()
    assert _counted(heard) == {"note": counted}


def test_before_the_first_webhook_nothing_can_be_lost(world: World) -> None:
    """Swept while no webhook ever came: not counted, also not when one comes later."""
    world.floor.sweep()
    world.call(CALL)
    _lose(world)
    world.floor.sweep()
    assert _counted(world) == {}
    world.call(CALL)
    _lose(world)
    world.floor.sweep()
    world.passes(minutes=1)
    world.call(CALL)
    world.told()
    world.floor.sweep()
    assert _counted(world) == {"note": (1, 0)}


def test_neither_the_first_sweep_nor_a_whole_one_counts(world: World) -> None:
    """They bring what was there before anybody listened, or what was told long ago."""
    world.call(CALL)
    world.told()
    world.call(CALL)
    _lose(world)
    world.floor.sweep()
    assert _counted(world) == {}
    world.deal()
    _lose(world)
    read_again(world.floor.parts, lambda _: None)
    world.floor.sweep()
    assert _counted(world) == {}


def test_each_version_is_counted_once(heard: World) -> None:
    """Swept again in the overlap, and metered again: the figures stay, and nothing is marked any more."""
    heard.call(CALL)
    _lose(heard)
    heard.floor.sweep()
    assert _counted(heard) == {"note": (0, 1)}
    heard.floor.sweep()
    assert _counted(heard) == {"note": (0, 1)}
    marked = heard.floor.ledger("SELECT count(*) AS marked FROM record_versions WHERE unmetered_at IS NOT NULL")
    assert marked == [{"marked": 0}]


def test_metering_reads_what_is_marked_alone(heard: World) -> None:
    """By the partial index, whatever the ledger holds; a round counts no more than its bound."""
    with transaction(heard.floor.parts.engine) as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = connection.exec_driver_sql(
            "EXPLAIN SELECT id FROM record_versions WHERE unmetered_at IS NOT NULL AND unmetered_at < now()"
            " ORDER BY unmetered_at LIMIT 1000"
        )
        assert "record_versions_unmetered" in "".join(plan.scalars())
        assert meter(connection).of == 0


def test_dropped_webhooks_are_all_counted(heard: World) -> None:
    """A Twenty that drops 30 % of them: told are those that came, lost all others, and the standing is right."""
    leads = [heard.person() for _ in range(4)]
    heard.deliver_all()
    heard.twenty.faults.set(Faults(seed=5, drop_share=0.3))
    for number in range(20):
        heard.call(CALL, lead=leads[number % 4])
    heard.collect()
    came = {kind: sum(f'"{kind}.created"'.encode() in raw for _, raw in heard.mail) for kind in ("note", "noteTarget")}
    assert 0 < came["note"] < 20
    heard.told()
    heard.floor.sweep()
    assert _counted(heard) == {kind: (told, 20 - told) for kind, told in came.items()}
    assert heard.standing(JANE)["totalCalls"] == 21


def test_the_hour_is_that_of_the_sweep(heard: World) -> None:
    """Two sweeps an hour apart count in hours of their own, each with the time of its last loss."""
    for _ in range(2):
        heard.call(CALL)
        _lose(heard)
        heard.floor.sweep()
        _age(heard, 60)
    meter_losses(heard.floor.parts)
    rows: list[dict[str, Any]] = heard.floor.ledger("SELECT hour_at, lost, lost_at FROM losses ORDER BY hour_at")
    assert [row["lost"] for row in rows] == [1, 1]
    assert (rows[1]["hour_at"] - rows[0]["hour_at"]).total_seconds() == 3600
    assert all(row["lost_at"] is not None for row in rows)


def test_who_told_a_version_first_is_kept_without_its_delivery(heard: World) -> None:
    """A webhook's version that a sweep saw too, and a sweep's that a webhook told later, once deliveries are pruned."""
    from accounts.record_way import record_way

    first, second = heard.call(CALL), heard.call(CALL)
    heard.collect()
    heard.deliver()
    heard.floor.digest()
    heard.floor.sweep()
    heard.deliver()
    heard.floor.digest()
    with transaction(heard.floor.parts.engine) as connection:
        connection.exec_driver_sql("DELETE FROM deliveries")
        ways = [record_way(connection, "note", note) for note in (first, second)]
    assert [[version.brought_by for version in way.versions] for way in ways] == [["webhook"], ["sweep"]]
