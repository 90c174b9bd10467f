"""Bringing a written outcome to a disposition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.progression.dispositions import disposition_of, is_known


@pytest.mark.parametrize(
    ("written", "disposition"),
    [
        ("no answer", "NO_ANSWER"),
        ("No-Answer", "NO_ANSWER"),
        ("  wrong   number ", "WRONG_NUMBER"),
        ("CONTACTED", "CONTACT"),
        ("dnc", "DNC"),
        ("rejected", "REJECTED"),
        ("busy", "BUSY"),
        ("Disconnected", "DISCONNECTED"),
    ],
)
def test_a_known_outcome_is_found_in_any_writing(written: str, disposition: str) -> None:
    """Case, spaces and punctuation don't matter, and CONTACTED is CONTACT."""
    assert disposition_of(written) == disposition
    assert is_known(disposition_of(written))


def test_an_unknown_outcome_is_kept_as_written() -> None:
    """A word outside the list stays, so that ops can see it, and is marked unknown."""
    assert disposition_of("left voice mail") == "LEFT_VOICE_MAIL"
    assert not is_known("LEFT_VOICE_MAIL")


@pytest.mark.parametrize(
    "written", ["spoke with Jane Doe about roofs", "call 555 1234", "Jane 2nd", "we four were there"]
)
def test_a_sentence_or_a_number_in_place_of_an_outcome_is_not_kept(written: str) -> None:
    """It tells of a person; that something unread stands there is all that is kept."""
    assert disposition_of(written) == "UNREAD"
    assert not is_known("UNREAD")


@pytest.mark.parametrize("written", ["", " ", "Logged", "LOGGED", "?!", "_"])
def test_no_outcome_is_none_and_nothing_unknown(written: str) -> None:
    """`Logged` and bare punctuation give no outcome, which is not an unknown one."""
    assert disposition_of(written) is None
    assert is_known(None)


@given(st.text(max_size=300))
def test_any_text_gives_at_most_forty_storable_characters(written: str) -> None:
    """A disposition is short, upper case, and can be stored and written again unchanged."""
    disposition = disposition_of(written)
    if disposition is not None:
        assert 0 < len(disposition) <= 40
        disposition.encode()
        assert not set(disposition) & set(" \x00-|")
