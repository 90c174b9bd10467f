"""The round trip: a note's webhook is awaited, and the note never stays."""

from collections.abc import Callable

import pytest
from ward import KEY, Ward

from ledger.engine import connect_engine, transaction
from ledger.inbox_queries import newest_delivery, webhook_came
from onboarding.doctor import round_trip
from onboarding.doctor.receiver import is_private
from onboarding.doctor.round_trip import BLOCKED, TITLE
from programs.progression.notes import read_note
from runtime.exit_status import ExitStatus
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.faults import ApiFault, Faults

NOTE = "7f1c2f5e-5a2b-4d0a-8f59-6a2f8f1f3a11"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For round trips that end without a webhook."""
    monkeypatch.setattr(round_trip, "PATIENCE_S", 0.2)


def test_the_note_is_no_call() -> None:
    """Nobody is paid for it, and it is nobody's missing fact."""
    assert {read_note(TITLE, None).kind, read_note(f"{TITLE} (3)", None).kind} == {"other"}


def test_a_webhook_that_is_lost_is_told(ward: Ward, impatient: None) -> None:
    """At a private address the cure is Twenty's switch for private targets; the note is gone."""
    ward.settle()
    ward.twenty.faults.set(Faults(drop_share=1))
    verdict, told, cure = ward.line("round trip")
    assert (verdict, cure) == ("fail", BLOCKED)
    assert "RECEIVER_URL is a private address" in told
    assert ward.twenty.rows("notes") == []


def test_settings_of_webhooks_that_twenty_still_caches_are_outwaited(
    open_ward: Callable[[SandboxTwenty], Ward], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right after setup the note itself brings no webhook; a later change of it does."""
    monkeypatch.setattr(round_trip, "NUDGES_AT_S", tuple(number / 2 for number in range(1, 20)))
    ward = open_ward(SandboxTwenty(KEY, tokens=None, webhook_cache_s=2.0))
    ward.settle()
    assert ward.line("round trip")[0] == "pass"


def test_only_the_notes_own_webhook_is_taken_for_it(ward: Ward) -> None:
    """Not another record's, not what a sweep brought, not what was there before."""
    engine = connect_engine(ward.environment["DATABASE_URL"])
    stored = "INSERT INTO deliveries (source, key, raw, headers, sent_at) VALUES (%s, %s, %s, '{}', now())"
    for source, key, told in (("sweep", "1", NOTE), ("twenty", "2", NOTE[::-1]), ("twenty", "3", NOTE)):
        ward.ledger(stored, source, key, f'{{"record": {{"id": "{told}", "name": "Ø"}}}}'.encode())
    with transaction(engine) as connection:
        newest = newest_delivery(connection)
        assert [webhook_came(connection, newest - behind, NOTE) for behind in (0, 1, 3)] == [False, True, True]
    ward.ledger("DELETE FROM deliveries WHERE key = '3'")
    with transaction(engine) as connection:
        assert not webhook_came(connection, 0, NOTE)


def test_a_note_whose_answer_was_lost_is_removed_too(ward: Ward) -> None:
    """The connection is cut after the note was written."""
    ward.settle()
    ward.twenty.faults.set(Faults(api=(ApiFault(kind="cut", share=1, method="POST", plural="notes"),)))
    verdict, told, _ = ward.line("round trip")
    assert (verdict, told.startswith("no note could be written")) == ("fail", True)
    assert ward.twenty.rows("notes") == []


def test_a_note_that_could_not_be_removed_is_named(ward: Ward) -> None:
    """So that a person deletes it."""
    ward.settle()
    ward.twenty.faults.set(Faults(api=(ApiFault(kind="400", share=1, method="DELETE"),)))
    verdict, told, cure = ward.line("round trip")
    (left,) = ward.twenty.rows("notes")
    assert (verdict, f"the note {left['id']} could not be removed" in told, cure) == (
        "fail",
        True,
        "Delete it in Twenty.",
    )


def test_ctrl_c_leaves_no_note(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted while it waits, the doctor removes the note and ends."""

    def interrupted(*_: object) -> bool:
        assert len(ward.twenty.rows("notes")) == 1
        raise KeyboardInterrupt

    ward.settle()
    monkeypatch.setattr(round_trip, "webhook_came", interrupted)
    assert ward.examine().exit_code == ExitStatus.INTERRUPTED
    assert ward.twenty.rows("notes") == []


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://192.168.1.7", True),
        ("http://[::1]/", True),
        ("https://8.8.8.8", False),
        ("https://no.such.host.invalid", False),
    ],
)
def test_private_addresses_are_known(url: str, private: bool) -> None:
    """What Twenty blocks by default."""
    assert is_private(url) is private
