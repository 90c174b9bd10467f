"""One delivery whole: each step, how it was read, what it changed; its text only on request."""

from datetime import UTC, datetime

import pytest
from floor import JANE
from parked import parked_ids, reading
from redhawk_sender import RedHawkSender
from world import World

from accounts.delivery_account import DeliveryAccount, delivery_account, delivery_text
from accounts.delivery_list import delivery_page
from accounts.errors import UnknownDelivery
from ledger.delivery_filter import DeliveryFilter
from ledger.engine import transaction

LONG = "Call - CONTACT | 2:05 | Kim Secret"


def _account(world: World, delivery_id: int) -> DeliveryAccount:
    with reading(world) as connection:
        return delivery_account(connection, delivery_id)


@pytest.fixture
def noted(world: World) -> World:
    """Delivery 1 told a call, 2 edited it to half a minute; a sweep brought it again."""
    note = world.call(LONG)
    world.told()
    world.edit(note, "Call - NO_ANSWER | 0:30 | Kim Secret")
    world.settled()
    return world


def test_a_call_is_told_from_its_webhook_to_the_row(noted: World) -> None:
    """Steps in their order, the reading without a word of the text, 20 XP and the write that carried it."""
    account = _account(noted, 1)
    names = [step.name for step in account.steps]
    times = [step.at for step in account.steps[1:]]
    assert names == ["sent", "received", "digested", "fact", "award", "written"]
    assert times[0] < times[1] == times[2] <= times[4]
    assert account.version is not None
    assert (account.version.content["disposition"], account.version.content["duration_s"]) == ("CONTACT", 125)
    assert account.is_new
    assert sum(told.award.amount for told in account.awards) == 20
    assert account.write is not None
    assert "Secret" not in str(account)
    assert (account.delivery.listed.rep, account.delivery.listed.object, account.delivery.listed.action) == (
        JANE,
        "note",
        "created",
    )


def test_an_edit_tells_what_it_took_back(noted: World) -> None:
    """It paid nothing, and says from what to what."""
    account = _account(noted, 2)
    assert account.awards == []
    (correction,) = account.corrections
    assert (correction.before or {})["disposition"] == "CONTACT"
    assert account.version is not None
    assert account.version.content["duration_s"] == 30


def test_a_sweeps_row_that_told_nothing_new_says_so(noted: World) -> None:
    """Its version was known by the webhook."""
    with reading(noted) as connection:
        (swept,) = delivery_page(connection, DeliveryFilter(source="sweep", object="note")).deliveries
    account = _account(noted, swept.id)
    assert (account.is_new, swept.action) == (False, "swept")
    assert account.version is not None
    assert account.version.brought_by == "webhook"


def test_headers_are_those_of_the_list_alone(noted: World) -> None:
    """Whatever else stands there is not shown."""
    with transaction(noted.floor.parts.engine) as connection:
        connection.exec_driver_sql("""UPDATE deliveries SET headers = headers || '{"authorization": "Bearer x"}'""")
    headers = _account(noted, 1).headers
    assert "content-type" in headers
    assert "authorization" not in headers


def test_the_text_is_given_to_somebody_and_that_is_kept(noted: World) -> None:
    """Byte for byte, with who asked for which and when; looking alone leaves no trace."""
    _account(noted, 1)
    assert _account(noted, 1).audit_log == []
    with transaction(noted.floor.parts.engine) as connection:
        assert b"Kim Secret" in delivery_text(connection, 1, "ana")
    (entry,) = _account(noted, 1).audit_log
    assert (entry.actor, entry.action, entry.subject) == ("ana", "read text", "delivery 1")
    assert abs((datetime.now(UTC) - entry.at).total_seconds()) < 60
    with transaction(noted.floor.parts.engine) as connection, pytest.raises(UnknownDelivery):
        delivery_text(connection, 4711, "ana")


def test_what_could_not_be_read_is_told_too(world: World) -> None:
    """Bytes that are no record, RedHawk's event of nobody, a pruned one: an account without what is not there."""
    RedHawkSender(world.floor).send(
        {
            "type": "module.completed",
            "timestamp": "2026-11-16T15:00:00Z",
            "data": {
                "moduleId": "1",
                "repId": "7",
                "score": 90,
                "completedAt": "2026-11-16T15:00:00Z",
                "attemptId": "a9",
            },
        }
    )
    world.call(LONG)
    world.deliver_all()
    with transaction(world.floor.parts.engine) as connection:
        connection.exec_driver_sql(
            "UPDATE deliveries SET raw = '', state = 'parked', reason = 'unreadable: x', record_key = NULL WHERE id = 2"
        )
    assert parked_ids(world) == [1, 2]
    module, gone = _account(world, 1), _account(world, 2)
    assert (module.delivery.listed.object, module.delivery.listed.record_id, module.delivery.listed.rep) == (
        "module",
        "a9",
        None,
    )
    assert module.fact is not None
    assert (gone.delivery.size, gone.fact) == (0, None)
    with pytest.raises(UnknownDelivery):
        _account(world, 4711)
