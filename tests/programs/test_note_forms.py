"""The documented forms of a call note, and what is not one."""

import pytest

from programs.progression.notes import NOT_A_CALL, read_note

V3_BODY = "Duration: 2:05\nXP Awarded: 20\n2+ minute call"
V4_BODY = "Call - CONTACT\nLead: Jane Doe\nDuration: 2:05"

# title, body, form, disposition, duration in seconds, where it is written
CALLS = [
    ("Call - CONTACT | 2:05 | Call to Jane Doe", "", "V1", "CONTACT", 125, "title"),
    ("Call - NO_ANSWER | 0:07 | Call to +17045550123", "", "V1", "NO_ANSWER", 7, "title"),
    ("Call - CONTACT | 3:10 | Call to A | B Solar", "", "V1", "CONTACT", 190, "title"),
    ("Call - CONTACT | 75:00 | Call to Hal", "", "V1", "CONTACT", 4500, "title"),
    ("Call - no_answer", "", "V2", "NO_ANSWER", None, None),
    ("Call - contact", "Great\nAuto: contact (high)\nDuration: 2:05", "V2", "CONTACT", 125, "body"),
    ("Call - voicemail", "Auto: voicemail\nDuration: 0:31", "V2", "VOICEMAIL", 31, "body"),
    ("Call - Logged", "", "V2b", None, None, None),
    ("Call - Logged", "Duration: 0:45", "V2b", None, 45, "body"),
    ("Call - CONTACT", V3_BODY, "V3", "CONTACT", 125, "body"),
    ("Call - NO_ANSWER", "Duration: 0:12\nXP Awarded: 5\nSub-30s call", "V3", "NO_ANSWER", 12, "body"),
    (None, V4_BODY, "V4", "CONTACT", 125, "body"),
    ("", V4_BODY, "V4", "CONTACT", 125, "body"),
    ("Call - 02:05", "", "V5", None, 125, "title"),
]

BY_HAND = [
    ("Call - NO ANSWER | 0:05 | Kim", "", "NO_ANSWER", 5, "title"),
    ("call - contacted", "", "CONTACT", None, None),
    ("CALL - Contact|1:05|Kim", "", "CONTACT", 65, "title"),
    ("Call – CONTACT | 1:05 | Kim", "", "CONTACT", 65, "title"),
    ("Call — CONTACT | 1:05 | Kim", "", "CONTACT", 65, "title"),
    ("Call -CONTACT", "", "CONTACT", None, None),
    ("Call-CONTACT | 1:05", "", "CONTACT", 65, "title"),
    ("Call - CONTACT | 1:05", "", "CONTACT", 65, "title"),
    ("Call - CONTACT | +17045550123", "", "CONTACT", None, None),
    ("Call - CONTACT | | Kim", "Duration: 1:05", "CONTACT", 65, "body"),
    ("Call - no answer - 0:05 - Kim", "", "NO_ANSWER", 5, "title"),
    ("Call - voicemail - left word", "", "VOICEMAIL", None, None),
    ("Call - callback - 3:30", "", "CALLBACK", None, None),
    ("Call - | 1:05 | Kim", "", None, 65, "title"),
    ("Call - 1:05 | Kim", "", None, 65, "title"),
    ("Call -", "", None, None, None),
    ("Call - ???", "", None, None, None),
    ("Call - CONTACT", "met her", "CONTACT", None, None),
    (None, "Call - CONTACT | 1:05 | Kim", "CONTACT", 65, "body"),
]

NO_CALLS = [
    ("SMS - sent", ""),
    ("Email - CONTACT | 2:05 | Kim", ""),
    ("Note - Call - CONTACT", ""),
    ("Voicemail - Kim", ""),
    ("Re: Call - CONTACT | 2:00 | x", ""),
    ("Calls - CONTACT", ""),
    ("Call: CONTACT", ""),
    ("Call", ""),
    ("Call-back list", ""),
    ("Conference call - CONTACT", ""),
    ("Site visit", V4_BODY),
    (None, "Call - back on Monday, she said"),
    (None, "Met Kim\nCall - CONTACT\nDuration: 2:05"),
    (None, ""),
]


@pytest.mark.parametrize(("title", "body", "form", "disposition", "duration_s", "duration_in"), CALLS)
def test_each_form_that_a_dialer_writes_is_read(
    title: str | None,
    body: str,
    form: str,
    disposition: str | None,
    duration_s: int | None,
    duration_in: str | None,
) -> None:
    """Every documented form gives its call, outcome, duration, and where the duration stands."""
    read = read_note(title, body)
    assert (read.kind, read.form, read.disposition, read.known) == ("call", form, disposition, True)
    assert (read.duration_s, read.duration_in) == (duration_s, duration_in)


@pytest.mark.parametrize(("title", "body", "disposition", "duration_s", "duration_in"), BY_HAND)
def test_what_people_type_is_read_leniently(
    title: str | None, body: str, disposition: str | None, duration_s: int | None, duration_in: str | None
) -> None:
    """Other cases, dashes, spaces and missing parts still make a call, marked as typed by hand."""
    read = read_note(title, body)
    assert (read.kind, read.form, read.disposition) == ("call", "hand", disposition)
    assert (read.duration_s, read.duration_in) == (duration_s, duration_in)


@pytest.mark.parametrize(("title", "body"), NO_CALLS)
def test_other_notes_are_not_calls(title: str | None, body: str) -> None:
    """A note that only mentions a call, or is of another kind, is none."""
    assert read_note(title, body) == NOT_A_CALL


def test_how_names_the_parts_and_quotes_nothing() -> None:
    """The note on how a title was read names its parts and never holds what was written."""
    assert read_note("Call - CONTACT | 2:05 | Call to Jane", "").how == "title: disposition | duration | name"
    assert read_note("Call - contact", "Duration: 2:05").how == "title: disposition; body: duration"
    assert read_note("Call - CONTACT | 2:75 | Kim", "").how == "title: disposition | unknown duration | name"
    assert read_note("Call - talked roofs", "").how == "title: unknown disposition"
    assert read_note(None, V4_BODY).how == "body: disposition; body: duration"
