"""Every note of the recorded day, and how it is read."""

import json
from typing import Any

import pytest

from programs.progression.note_bodies import body_text
from programs.progression.notes import read_note

TRANSCRIBED = (
    "Great fit\n\nAuto: contact (high)\n\nDuration: 2:05\n\n"
    "--- Transcription ---\n[rep]: Hi | this is a test\n[customer]: ok"
)

# title, body, kind, form, disposition, duration in seconds, where the duration is written
NOTES = [
    ("Call - CONTACT | 2:05 | Call to Jane Doe", "", "call", "V1", "CONTACT", 125, "title"),
    ("Call - CONTACT | 2:00 | Call to Ann Poe", "", "call", "V1", "CONTACT", 120, "title"),
    ("Call - CONTACT | 0:29 | Call to Al Roe", "", "call", "V1", "CONTACT", 29, "title"),
    ("Call - CONTACT | 0:30 | Call to Bo Roe", "", "call", "V1", "CONTACT", 30, "title"),
    ("Call - NO_ANSWER | 0:07 | Call to +17045550123", "", "call", "V1", "NO_ANSWER", 7, "title"),
    ("Call - VOICEMAIL | 0:22 | Call to Cy Loe", "", "call", "V1", "VOICEMAIL", 22, "title"),
    ("Call - CALLBACK | 6:41 | Call to Di Noe", "", "call", "V1", "CALLBACK", 401, "title"),
    ("Call - NOT_INTERESTED | 1:12 | Call to Ed Moe", "", "call", "V1", "NOT_INTERESTED", 72, "title"),
    ("Call - WRONG_NUMBER | 0:11 | Call to Flo Hoe", "", "call", "V1", "WRONG_NUMBER", 11, "title"),
    ("Call - DNC | 0:40 | Call to Gus Koe", "", "call", "V1", "DNC", 40, "title"),
    ("Call - CONTACT | 75:00 | Call to Hal Zoe", "", "call", "V1", "CONTACT", 4500, "title"),
    ("Call - CONTACT | 0:00 | Call to Ida Voe", "", "call", "V1", "CONTACT", None, "title"),
    ("Call - CONTACT | 3:10 | Call to A | B Solar", "", "call", "V1", "CONTACT", 190, "title"),
    ("Call - APPOINTMENT | 8:20 | Call to Jo Woe", "", "call", "V1", "APPOINTMENT", 500, "title"),
    ("Call - NO ANSWER | 0:05 | Kim Yoe", "", "call", "hand", "NO_ANSWER", 5, "title"),
    ("call - contacted | 1:05 | Lou Toe", "", "call", "hand", "CONTACT", 65, "title"),
    ("Call — CONTACT | 1:05 | Max Boe", "", "call", "hand", "CONTACT", 65, "title"),
    ("Call - Logged", "", "call", "V2b", None, None, None),
    ("Call - rejected", "", "inbound", "V2c", "REJECTED", None, None),
    ("Call - CONTACT | 2:75 | Ned Foe", "", "call", "V1", "CONTACT", None, "title"),
    ("Call - we talked about roofs", "", "call", "hand", "UNREAD", None, None),
    ("Call -", "", "call", "hand", None, None, None),
    ("Call - CONTACT | 4:01 | Call to Zoë Ñuñez 🌞", "", "call", "V1", "CONTACT", 241, "title"),
    ("Site visit notes", "", "other", "none", None, None, None),
    ("SMS - sent", "", "other", "none", None, None, None),
    ("Re: Call - CONTACT | 2:00 | x", "", "other", "none", None, None, None),
    (
        "Call - contact",
        TRANSCRIBED,
        "call",
        "V2",
        "CONTACT",
        125,
        "body",
    ),
    ("Call - no_answer", "Auto: no_answer", "call", "V2", "NO_ANSWER", None, None),
    ("Call - CONTACT", "Duration: 2:05\nXP Awarded: 20\n2+ minute call", "call", "V3", "CONTACT", 125, "body"),
    ("Call - CONTACT | 1:40 | Call to Pat Quo", "", "call", "V1", "CONTACT", 100, "title"),
    ("Call - CALLBACK | 5:15 | Call to Twin Lead", "", "call", "V1", "CALLBACK", 315, "title"),
    ("Call - callback", "Auto: callback\n\nDuration: 5:15", "call", "V2", "CALLBACK", 315, "body"),
    ("Call - CALLBACK | 0:59 | Call to Al Roe", "", "call", "V1", "CALLBACK", 59, "title"),
    ("Call - CONTACT | 2:05 | Call to Jane Doe", "added detail", "call", "V1", "CONTACT", 125, "title"),
    ("Call - CONTACT | 1:00 | Late Rename", "", "call", "V1", "CONTACT", 60, "title"),
    ("Do not call", "", "other", "none", None, None, None),
]

# The bulk import, all written by the dialer: title, disposition, duration in seconds.
IMPORTED = [
    ("Call - VOICEMAIL | 8:31 | Call to Lead 25", "VOICEMAIL", 511),
    ("Call - CONTACT | 0:46 | Call to Lead 36", "CONTACT", 46),
    ("Call - VOICEMAIL | 9:43 | Call to Lead 37", "VOICEMAIL", 583),
    ("Call - NOT_INTERESTED | 6:03 | Call to Lead 7", "NOT_INTERESTED", 363),
    ("Call - VOICEMAIL | 2:52 | Call to Lead 47", "VOICEMAIL", 172),
    ("Call - VOICEMAIL | 7:37 | Call to Lead 21", "VOICEMAIL", 457),
    ("Call - VOICEMAIL | 7:18 | Call to Lead 26", "VOICEMAIL", 438),
    ("Call - NOT_INTERESTED | 3:31 | Call to Lead 19", "NOT_INTERESTED", 211),
    ("Call - CONTACT | 7:57 | Call to Lead 59", "CONTACT", 477),
    ("Call - CALLBACK | 6:35 | Call to Lead 46", "CALLBACK", 395),
    ("Call - NOT_INTERESTED | 1:23 | Call to Lead 2", "NOT_INTERESTED", 83),
    ("Call - NOT_INTERESTED | 4:35 | Call to Lead 14", "NOT_INTERESTED", 275),
    ("Call - CALLBACK | 5:01 | Call to Lead 39", "CALLBACK", 301),
    ("Call - CONTACT | 4:30 | Call to Lead 35", "CONTACT", 270),
    ("Call - NOT_INTERESTED | 1:14 | Call to Lead 8", "NOT_INTERESTED", 74),
    ("Call - NO_ANSWER | 0:35 | Call to Lead 11", "NO_ANSWER", 35),
    ("Call - NOT_INTERESTED | 9:41 | Call to Lead 58", "NOT_INTERESTED", 581),
    ("Call - NO_ANSWER | 4:26 | Call to Lead 12", "NO_ANSWER", 266),
    ("Call - CALLBACK | 9:11 | Call to Lead 53", "CALLBACK", 551),
    ("Call - CONTACT | 8:36 | Call to Lead 31", "CONTACT", 516),
    ("Call - NOT_INTERESTED | 6:03 | Call to Lead 10", "NOT_INTERESTED", 363),
    ("Call - VOICEMAIL | 5:44 | Call to Lead 32", "VOICEMAIL", 344),
    ("Call - CONTACT | 3:49 | Call to Lead 42", "CONTACT", 229),
    ("Call - CONTACT | 9:03 | Call to Lead 18", "CONTACT", 543),
    ("Call - CALLBACK | 6:02 | Call to Lead 30", "CALLBACK", 362),
    ("Call - NOT_INTERESTED | 3:23 | Call to Lead 16", "NOT_INTERESTED", 203),
    ("Call - VOICEMAIL | 2:47 | Call to Lead 43", "VOICEMAIL", 167),
    ("Call - NOT_INTERESTED | 7:04 | Call to Lead 34", "NOT_INTERESTED", 424),
    ("Call - NO_ANSWER | 3:00 | Call to Lead 52", "NO_ANSWER", 180),
    ("Call - CALLBACK | 1:10 | Call to Lead 45", "CALLBACK", 70),
    ("Call - NO_ANSWER | 8:07 | Call to Lead 13", "NO_ANSWER", 487),
    ("Call - NO_ANSWER | 1:36 | Call to Lead 24", "NO_ANSWER", 96),
    ("Call - NO_ANSWER | 6:25 | Call to Lead 44", "NO_ANSWER", 385),
    ("Call - NOT_INTERESTED | 0:36 | Call to Lead 9", "NOT_INTERESTED", 36),
    ("Call - NOT_INTERESTED | 1:07 | Call to Lead 27", "NOT_INTERESTED", 67),
    ("Call - VOICEMAIL | 9:31 | Call to Lead 33", "VOICEMAIL", 571),
    ("Call - CONTACT | 2:09 | Call to Lead 51", "CONTACT", 129),
    ("Call - CALLBACK | 5:19 | Call to Lead 22", "CALLBACK", 319),
    ("Call - CALLBACK | 3:09 | Call to Lead 50", "CALLBACK", 189),
    ("Call - VOICEMAIL | 9:36 | Call to Lead 56", "VOICEMAIL", 576),
    ("Call - NOT_INTERESTED | 3:02 | Call to Lead 4", "NOT_INTERESTED", 182),
    ("Call - CONTACT | 3:05 | Call to Lead 6", "CONTACT", 185),
    ("Call - NOT_INTERESTED | 6:49 | Call to Lead 20", "NOT_INTERESTED", 409),
    ("Call - CALLBACK | 5:10 | Call to Lead 40", "CALLBACK", 310),
    ("Call - VOICEMAIL | 2:25 | Call to Lead 0", "VOICEMAIL", 145),
    ("Call - CONTACT | 6:26 | Call to Lead 5", "CONTACT", 386),
    ("Call - VOICEMAIL | 2:44 | Call to Lead 57", "VOICEMAIL", 164),
    ("Call - NOT_INTERESTED | 1:31 | Call to Lead 41", "NOT_INTERESTED", 91),
    ("Call - CALLBACK | 4:45 | Call to Lead 38", "CALLBACK", 285),
    ("Call - NOT_INTERESTED | 6:10 | Call to Lead 28", "NOT_INTERESTED", 370),
    ("Call - CALLBACK | 5:43 | Call to Lead 49", "CALLBACK", 343),
    ("Call - NO_ANSWER | 2:44 | Call to Lead 23", "NO_ANSWER", 164),
    ("Call - CONTACT | 8:45 | Call to Lead 17", "CONTACT", 525),
    ("Call - CONTACT | 1:52 | Call to Lead 1", "CONTACT", 112),
    ("Call - VOICEMAIL | 4:00 | Call to Lead 54", "VOICEMAIL", 240),
    ("Call - NO_ANSWER | 6:34 | Call to Lead 55", "NO_ANSWER", 394),
    ("Call - CALLBACK | 8:17 | Call to Lead 48", "CALLBACK", 497),
    ("Call - NOT_INTERESTED | 0:58 | Call to Lead 3", "NOT_INTERESTED", 58),
    ("Call - VOICEMAIL | 2:59 | Call to Lead 29", "VOICEMAIL", 179),
    ("Call - NO_ANSWER | 1:37 | Call to Lead 15", "NO_ANSWER", 97),
]


@pytest.mark.parametrize(("title", "body", "kind", "form", "disposition", "duration_s", "duration_in"), NOTES)
def test_each_note_typed_or_written_on_the_day_is_read_as_a_person_would(
    title: str,
    body: str,
    kind: str,
    form: str,
    disposition: str | None,
    duration_s: int | None,
    duration_in: str | None,
) -> None:
    """A note's kind, form, outcome and duration are those a careful reader of the title and body would give."""
    read = read_note(title, body)
    assert (read.kind, read.form, read.disposition) == (kind, form, disposition)
    assert (read.duration_s, read.duration_in) == (duration_s, duration_in)


@pytest.mark.parametrize(("title", "disposition", "duration_s"), IMPORTED)
def test_each_imported_note_is_a_call_of_todays_writer(title: str, disposition: str, duration_s: int) -> None:
    """The bulk import's notes are V1 calls with the outcome and the duration that their titles give."""
    read = read_note(title, "")
    assert (read.kind, read.form, read.duration_in) == ("call", "V1", "title")
    assert (read.disposition, read.duration_s) == (disposition, duration_s)


def test_only_the_free_words_are_reported_as_unknown(floor_deliveries: list[dict[str, Any]]) -> None:
    """Of all that was recorded, one title's outcome is not in the list."""
    titles = {title for title, body in _recorded(floor_deliveries) if not read_note(title, body).known}
    assert titles == {"Call - we talked about roofs"}


def test_no_recorded_note_is_missing_from_the_tables(floor_deliveries: list[dict[str, Any]]) -> None:
    """The tables above hold every title and body of the recording."""
    expected = {(title, body) for title, body, *_ in NOTES} | {(title, "") for title, *_ in IMPORTED}
    assert _recorded(floor_deliveries) == expected


def _recorded(deliveries: list[dict[str, Any]]) -> set[tuple[str, str]]:
    events = [json.loads(delivery["raw"]) for delivery in deliveries]
    notes = [event["record"] for event in events if event["eventName"].startswith("note.")]
    return {(note["title"], body_text(note["bodyV2"]["markdown"], note["bodyV2"]["blocknote"], None)) for note in notes}
