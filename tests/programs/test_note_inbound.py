"""Inbound calls are no dials."""

import pytest

from programs.progression.notes import read_note


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Call - rejected", "Rejected incoming call"),
        ("Call - rejected", ""),
        ("Call - rejected", "Rejected incoming call\nspam again"),
        ("Call - voicemail", "Sent to voicemail"),
        (None, "Call - rejected"),
    ],
)
def test_rejected_and_sent_to_voicemail_are_inbound(title: str | None, body: str) -> None:
    """A rejected incoming call, or one sent to voicemail, is inbound and has no duration."""
    read = read_note(title, body)
    assert (read.kind, read.form, read.duration_s, read.duration_in) == ("inbound", "V2c", None, None)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Call - voicemail", ""),
        ("Call - voicemail", "I was sent to voicemail\nAuto: voicemail"),
        ("Call - VOICEMAIL | 0:22 | Kim", "Sent to voicemail"),
        ("Call - rejected", "Duration: 0:40"),
        ("Call - REJECTED | 0:05 | Kim", ""),
    ],
)
def test_a_call_that_was_made_stays_a_dial(title: str, body: str) -> None:
    """An outgoing call that ended on a voicemail, or lasted some time, is a call."""
    assert read_note(title, body).kind == "call"
