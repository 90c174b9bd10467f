"""Note texts are hostile: whatever is written, a reading comes back, and the same one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.progression.note_bodies import body_text
from programs.progression.notes import read_note

TITLE_PIECES = ["Call - ", "call", "-", "—", "|", " | ", "CONTACT", "no_answer", "Logged", "rejected", "2:05", "0:00"]
BODY_PIECES = ["\n", ":", "Duration: 2:05\n", "Lead: Kim\n", "XP Awarded: 20\n", "--- Transcription ---\n", "\x00"]
PIECES = st.sampled_from([*TITLE_PIECES, *BODY_PIECES])
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=80)
BYTES_AS_TEXT = st.binary(max_size=80).map(lambda raw: raw.decode("latin-1"))
TEXTS = st.one_of(st.lists(st.one_of(PIECES, ANY_TEXT), max_size=12).map("".join), ANY_TEXT, BYTES_AS_TEXT)
BLANKS = st.text(alphabet=" \t\n\r\u00a0\u2003", max_size=5)
FORMS = {"V1", "V2", "V2b", "V2c", "V3", "V4", "V5", "hand", "none"}


@given(st.none() | TEXTS, TEXTS)
def test_any_texts_give_a_whole_reading(title: str | None, body: str) -> None:
    """No text raises, and the parts of every reading fit each other."""
    read = read_note(title, body)
    assert read.form in FORMS
    assert (read.kind == "other") == (read.form == "none")
    assert (read.kind == "inbound") == (read.form == "V2c")
    assert read.duration_s is None or 0 <= read.duration_s < 2**31
    assert read.duration_in is not None or read.duration_s is None


@given(st.none() | TEXTS, TEXTS, BLANKS, BLANKS)
def test_whitespace_around_the_texts_changes_nothing(title: str | None, body: str, before: str, after: str) -> None:
    """The same note with blanks around its title and body is read the same."""
    around = None if title is None else before + title + after
    assert read_note(around, before + body + after) == read_note(title, body)


@given(TEXTS.filter(lambda title: title.strip() != ""))
def test_how_is_made_of_fixed_words(title: str) -> None:
    """What is told about the reading of a title holds none of its text."""
    fixed = {"title", "body", "disposition", "unknown", "duration", "name", "no", "not", "a", "call", "note"}
    words = read_note(title, "").how.replace(":", " ").replace("|", " ").replace(";", " ").split()
    assert set(words) <= fixed | {"inbound"}


@given(st.none() | TEXTS, st.none() | TEXTS, st.none() | TEXTS)
def test_any_three_fields_give_a_bounded_body(markdown: str | None, blocknote: str | None, legacy: str | None) -> None:
    """No content of the three body fields raises, and no body has blanks around it."""
    body = body_text(markdown, blocknote, legacy)
    assert body == body.strip()


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("Call - CONTACT | 2:05 | " + "x" * 1_000_000, "V1"),
        (" " * 1_000_000 + "Call - CONTACT | 2:05 | Kim", "V1"),
        ("Call - CONTACT" + "|" * 1_000_000, "hand"),
        ("Call - " + "_" * 1_000_000, "V2"),
        ("Call - " + "a " * 500_000, "hand"),
        ("Call - " + "1" * 1_000_000 + ":00", "hand"),
        ("Call - " + "1:" * 500_000, "V5"),
        ("Call" + " - " * 300_000, "hand"),
        ("Call" + " " * 1_000_000 + "x", "none"),
    ],
)
def test_a_megabyte_of_title_is_read_by_its_beginning(title: str, form: str) -> None:
    """A huge title is cut before it is read, and its form is that of what is left."""
    assert read_note(title, "").form == form


@pytest.mark.parametrize("line", ["Duration: 2:05\n", "Duration:", ":", "\n", "Lead: " * 3, "--- "])
def test_a_megabyte_of_body_is_read_by_its_beginning(line: str) -> None:
    """A huge body is cut before it is read: a line behind the limit does not count."""
    body = "Duration: 1:00\n" + line * (1_000_000 // len(line)) + "\nDuration: 9:59"
    assert read_note("Call - contact", body).duration_s != 599
