"""The outcomes of a call: the words a dialer writes, and how a written word is brought to one of them."""

import re

CONTACT = "CONTACT"
CALLBACK = "CALLBACK"
VOICEMAIL = "VOICEMAIL"
REJECTED = "REJECTED"

KNOWN = frozenset(
    {
        CONTACT,
        CALLBACK,
        VOICEMAIL,
        REJECTED,
        "APPOINTMENT",
        "BUSY",
        "DISCONNECTED",
        "DNC",
        "NOT_INTERESTED",
        "NO_ANSWER",
        "WRONG_NUMBER",
    }
)
LONGEST = 40
MOST_WORDS = 3
UNREAD = "UNREAD"  # what stands there is a sentence or has numbers: it tells of a person, and is not kept

_SAME_AS = {"CONTACTED": CONTACT}
_NOT_GIVEN = frozenset({"", "LOGGED"})
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_LONGEST_READ = 200


def disposition_of(written: str) -> str | None:
    """The disposition of a written outcome in upper snake case, at most 40 characters.

    An unknown word, or two or three, is kept: it counts as a dial, and ops are told. More words, or digits, are
    `UNREAD`. None when nothing was written but punctuation, or `Logged`, which the dialer writes when the rep gave no
    outcome.
    """
    word = _BETWEEN_WORDS.sub("_", written[:_LONGEST_READ].upper()).strip("_")
    if word in _NOT_GIVEN:
        return None
    if word.count("_") >= MOST_WORDS or any(letter.isdigit() for letter in word):
        return UNREAD
    return _SAME_AS.get(word, word)[:LONGEST].rstrip("_")


def is_known(disposition: str | None) -> bool:
    """Whether a disposition is in the list; one that was not given has nothing unknown about it."""
    return disposition is None or disposition in KNOWN
