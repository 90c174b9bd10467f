"""The note grammar: whether a note is a call, with which outcome, and how long it lasted.

The ADS dialer has had several writers, and people type such notes too:

    V1    Call - CONTACT | 2:05 | Call to Jane Doe     today's writer
    V2    Call - no_answer                             its second writer; the duration is a line of the body
    V2b   Call - Logged                                no outcome given
    V2c   Call - rejected, Call - voicemail            inbound: neither a dial nor a call
    V3    Call - CONTACT                               body lines `Duration:` and `XP Awarded:`
    V4    (no title)                                   body `Call - CONTACT`, then `Lead:`, `Duration:`
    V5    Call - 02:05                                 no outcome
    hand  call — contacted|1:05|Kim                    anything else that begins with `Call -`

Note texts are hostile: lengths are cut before anything is matched, no pattern can backtrack, nothing raises.
"""

import re
from dataclasses import dataclass
from typing import Literal

from programs.progression.dispositions import (
    CALLBACK,
    CONTACT,
    KNOWN,
    REJECTED,
    VOICEMAIL,
    disposition_of,
    is_known,
)
from programs.progression.note_bodies import bounded, line_value

Kind = Literal["call", "inbound", "other"]
Form = Literal["V1", "V2", "V2b", "V2c", "V3", "V4", "V5", "hand", "none"]
Place = Literal["title", "body"]

LONGEST_TITLE = 500

_PREFIX = re.compile(r"call(\s*)[-‐‑‒–—−]", re.IGNORECASE)
_V1 = re.compile(r"Call - [A-Z_]+ \| [^|]+ \| .")
_V2 = re.compile(r"Call - [a-z_]+")
_V2B = "Call - Logged"
_UPPER = re.compile(r"Call - [A-Z_]+")
_CLOCK = re.compile(r"([0-9]{1,6}):([0-5][0-9])")
_LIKE_A_CLOCK = re.compile(r"[0-9]*:[0-9:]*")
_SPACED_DASH = re.compile(r"\s[-‐‑‒–—−]\s")

_UNKNOWN_WHEN_ZERO = frozenset({CONTACT, CALLBACK})


@dataclass(frozen=True, slots=True)
class NoteReading:
    """How a note was read.

    `disposition` is in upper snake case, None when none was given; `known` tells whether it is in the list.
    `duration_s` is None when unknown; `duration_in` says where a duration is written, readable or not. `how`
    is for people and holds no text of the note.
    """

    kind: Kind
    form: Form
    disposition: str | None
    known: bool
    duration_s: int | None
    duration_in: Place | None
    how: str


@dataclass(frozen=True, slots=True)
class _Heading:
    """The parts of `Call - WORD | DURATION | NAME`; `text` is all of it."""

    text: str
    word: str
    duration: str | None = None
    named: bool = False


NOT_A_CALL = NoteReading("other", "none", None, True, None, None, "not a call note")


def read_note(title: str | None, body: str) -> NoteReading:
    """Read a note from its title and its body's text (see `note_bodies.body_text`). Never raises.

    A duration in the title counts even when it can't be read (`2:75`): the body's is for titles without one.
    """
    heading_text, text = bounded(title, LONGEST_TITLE), bounded(body)
    if not heading_text:
        return _read_untitled(text)
    heading = _heading(heading_text)
    if heading is None:
        return NOT_A_CALL
    return _reading(heading, "title", text, _form(heading, text))


def _read_untitled(body: str) -> NoteReading:
    """V4. People begin a body with anything, so a known outcome or a line of the dialer's must be there."""
    first_line, _, rest = body.partition("\n")
    heading = _heading(bounded(first_line, LONGEST_TITLE))
    by_dialer = line_value(rest, "Lead") is not None or line_value(rest, "Duration") is not None
    if heading is None or not (by_dialer or disposition_of(heading.word) in KNOWN):
        return NOT_A_CALL
    form: Form = "V4" if by_dialer and _UPPER.fullmatch(heading.text) else "hand"
    return _reading(heading, "body", rest, form)


def _heading(text: str) -> _Heading | None:
    """None unless the text begins with `Call -`, in any case and with any dash.

    Without the space before the dash it may be a word (`Call-back list`): then a known outcome or a duration
    must follow.
    """
    prefix = _PREFIX.match(text)
    if prefix is None:
        return None
    heading = _split(text, text[prefix.end() :].strip())
    telling = heading.duration is not None or disposition_of(heading.word) in KNOWN
    return heading if prefix[1] or telling else None


def _split(text: str, rest: str) -> _Heading:
    fields = [field.strip() for field in rest.split("|", 2)]
    if len(fields) == 1:
        fields = _dashed(rest)
    if _LIKE_A_CLOCK.fullmatch(fields[0]):
        return _Heading(text, "", fields[0], len(fields) > 1)
    if len(fields) == 3:
        return _Heading(text, fields[0], fields[1] or None, bool(fields[2]))
    if len(fields) == 2 and _LIKE_A_CLOCK.fullmatch(fields[1]):
        return _Heading(text, fields[0], fields[1])
    return _Heading(text, fields[0], named=len(fields) > 1)


def _dashed(rest: str) -> list[str]:
    """Fields of `NO ANSWER - 0:05 - Kim`; a dash that follows no known outcome belongs to the words."""
    fields = [field.strip() for field in _SPACED_DASH.split(rest, 2)]
    if disposition_of(fields[0]) not in KNOWN:
        return [rest]
    has_duration = len(fields) == 3 and _LIKE_A_CLOCK.fullmatch(fields[1])
    return fields if has_duration else [fields[0]]


def _is_inbound(heading: _Heading, body: str) -> bool:
    """A rejected call has no duration. Outgoing calls end on a voicemail too: there only the body tells."""
    if heading.duration is not None or heading.named:
        return False
    word = disposition_of(heading.word)
    if word == REJECTED:
        return line_value(body, "Duration") is None
    return word == VOICEMAIL and body.rstrip(".").casefold() == "sent to voicemail"


def _form(heading: _Heading, body: str) -> Form:
    text = heading.text
    if _V1.match(text):
        return "V1"
    if text == _V2B:
        return "V2b"
    if _V2.fullmatch(text):
        return "V2"
    if text.startswith("Call - ") and heading.duration == text.removeprefix("Call - "):
        return "V5"
    return "V3" if _UPPER.fullmatch(text) and _is_v3_body(body) else "hand"


def _is_v3_body(body: str) -> bool:
    return line_value(body, "Duration") is not None and line_value(body, "XP Awarded") is not None


def _reading(heading: _Heading, place: Place, body: str, form: Form) -> NoteReading:
    disposition = disposition_of(heading.word)
    if _is_inbound(heading, body):
        return NoteReading("inbound", "V2c", disposition, True, None, None, f"{place}: inbound call")
    written, written_in = heading.duration, place
    if written is None:
        written, written_in = line_value(body, "Duration"), "body"
    duration_s = None if written is None else _seconds(written, disposition)
    duration_in = None if written is None else written_in
    how = _how(heading, place, duration_s, duration_in)
    return NoteReading("call", form, disposition, is_known(disposition), duration_s, duration_in, how)


def _seconds(written: str, disposition: str | None) -> int | None:
    """M:SS in seconds. 0:00 of a conversation is a bug of the dialer's timer: unknown, not a dropped call."""
    clock = _CLOCK.fullmatch(written)
    if clock is None:
        return None
    seconds = int(clock[1]) * 60 + int(clock[2])
    return None if seconds == 0 and disposition in _UNKNOWN_WHEN_ZERO else seconds


def _how(heading: _Heading, place: Place, duration_s: int | None, duration_in: Place | None) -> str:
    disposition = disposition_of(heading.word)
    outcome = "no disposition" if disposition is None else "disposition"
    fields = [outcome if is_known(disposition) else "unknown disposition"]
    duration = "duration" if duration_s is not None else "unknown duration"
    if heading.duration is not None:
        fields.append(duration)
    if heading.named:
        fields.append("name")
    apart = f"; body: {duration}" if duration_in == "body" and heading.duration is None else ""
    return f"{place}: {' | '.join(fields)}{apart}"
