"""How long a call lasted, and when that is unknown rather than nothing."""

import pytest

from programs.progression.notes import read_note


@pytest.mark.parametrize(
    "written", ["2:75", "2:5", "1:02:03", ":30", "2.05", "125", "NaN:NaN", "-1:20", "٢:٠٥", "9999999:00"]
)
def test_a_garbled_duration_in_a_title_is_unknown_and_still_in_the_title(written: str) -> None:
    """Anything but M:SS is unknown, never 0, and the body is not asked instead."""
    read = read_note(f"Call - CONTACT | {written} | Call to Kim", "Duration: 2:05")
    assert (read.duration_s, read.duration_in, read.form) == (None, "title", "V1")


@pytest.mark.parametrize("disposition", ["CONTACT", "CALLBACK", "contacted"])
def test_zero_seconds_of_a_conversation_are_unknown(disposition: str) -> None:
    """A conversation of 0:00 is a bug of the dialer's timer, in the title as in the body."""
    in_title = read_note(f"Call - {disposition} | 0:00 | Kim", "")
    in_body = read_note(f"Call - {disposition}", "Duration: 0:00")
    assert (in_title.duration_s, in_title.duration_in) == (None, "title")
    assert (in_body.duration_s, in_body.duration_in) == (None, "body")


@pytest.mark.parametrize("disposition", ["NO_ANSWER", "VOICEMAIL", "WRONG_NUMBER"])
def test_zero_seconds_without_a_conversation_are_zero(disposition: str) -> None:
    """Nobody answered at once: that took no time."""
    assert read_note(f"Call - {disposition} | 0:00 | Kim", "").duration_s == 0


def test_the_last_duration_line_before_the_transcription_counts() -> None:
    """The dialer writes below the rep's own text, and what was said on the phone is no duration."""
    body = "Duration: 9:00\nAuto: contact\nDuration: 2:05\n--- Transcription ---\n[rep]: hi\nDuration: 8:00"
    assert read_note("Call - contact", body).duration_s == 125


def test_a_duration_amid_a_sentence_is_not_a_line() -> None:
    """Only a line that begins with the label gives a duration."""
    assert read_note("Call - contact", "The Duration: 2:05 was long").duration_in is None
