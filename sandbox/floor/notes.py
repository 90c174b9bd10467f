"""Call notes as the dialer's writers and people write them. What a note means, and its words, are made together."""

import json
from dataclasses import dataclass
from typing import Literal

Form = Literal["V1", "V2", "V2b", "V3", "V4", "V5", "typed", "typed_dash", "typed_short", "typed_wrong"]
Words = tuple[str, str]

CONNECTS = frozenset({"CONTACT", "CALLBACK", "NOT_INTERESTED", "APPOINTMENT"})
SUB_THIRTY_S = 30
TWO_PLUS_S = 120
_TIMER_BUG = frozenset({"CONTACT", "CALLBACK"})
_WITHOUT_WORD = frozenset({"V2b", "V5"})
_WITHOUT_DURATION = frozenset({"typed_short", "typed_wrong"})
_SILENT_AT_ZERO = frozenset({"V2", "V2b"})


@dataclass(frozen=True, slots=True)
class Meant:
    """What a note tells of a call: its outcome (None: none given) and how long it lasted (None: not known)."""

    disposition: str | None
    duration_s: int | None

    @property
    def reasons(self) -> frozenset[str]:
        """What the call earns XP for."""
        connect = {"connect"} if self.disposition in CONNECTS else set()
        two_plus = {"two_plus"} if (self.duration_s or 0) >= TWO_PLUS_S else set()
        return frozenset({"dial"} | connect | two_plus)


def told(form: Form, disposition: str, duration_s: int) -> Meant:
    """What is left of a call when it is written in a form: not every form can say everything.

    0:00 of a conversation is a bug of the dialer's timer and means that nobody knows.
    """
    unknown = form in _WITHOUT_DURATION or (duration_s == 0 and (form in _SILENT_AT_ZERO or disposition in _TIMER_BUG))
    return Meant(
        None if form in _WITHOUT_WORD else disposition,
        None if unknown and form != "V5" else duration_s,
    )


def written(form: Form, meant: Meant, name: str, remark: str) -> Words:
    """Title and body (Markdown) of a note in a form. `name` is the lead's, `remark` the rep's free text."""
    word, clock = meant.disposition or "", _clock(meant.duration_s or 0)
    if form == "V1":
        return f"Call - {word} | {clock} | Call to {name}", remark
    if form in ("V2", "V2b"):
        return f"Call - {word.lower() or 'Logged'}", _second_writers_body(meant, remark)
    if form == "V3":
        return f"Call - {word}", f"Duration: {clock}\nXP Awarded: 20{_efficiency_line(meant.duration_s)}"
    if form == "V4":
        return "", f"Call - {word}\nLead: {name}\nDuration: {clock}"
    if form == "V5":
        return f"Call - {clock:0>5}", remark
    return _typed(form, word, clock, name), remark


def _typed(form: Form, word: str, clock: str, name: str) -> str:
    spoken, first = word.replace("_", " "), name.split(maxsplit=1)[0]
    if form == "typed_short":
        return f"call - {'contacted' if word == 'CONTACT' else spoken.lower()}"
    if form == "typed_wrong":
        return f"Call - {word} | 2:75 | {first}"
    dash = "—" if form == "typed_dash" else "-"
    return f"Call {dash} {spoken} | {clock} | {first}"


def _second_writers_body(meant: Meant, remark: str) -> str:
    lines = [remark, f"Auto: {(meant.disposition or 'logged').lower()} (high)"]
    if meant.duration_s:
        lines.append(f"Duration: {_clock(meant.duration_s)}")
    # What was said on the phone is no line of the dialer's.
    return "\n".join([*lines, "--- Transcription ---", "[rep]: I can be there in twenty minutes", "Duration: 9:59"])


def _efficiency_line(duration_s: int | None) -> str:
    if duration_s is None:
        return ""
    return "\nSub-30s call" if duration_s < SUB_THIRTY_S else "\n2+ minute call" if duration_s > TWO_PLUS_S else ""


def _clock(duration_s: int) -> str:
    return f"{duration_s // 60}:{duration_s % 60:02}"


def fields(words: Words, form: Form) -> dict[str, object]:
    """The note's fields. The older forms' bodies are blocks, as Twenty's editor keeps them."""
    title, body = words
    if form not in ("V3", "V4"):
        return {"title": title, "bodyV2": {"markdown": body, "blocknote": None}}
    lines = [{"type": "text", "text": body, "styles": {}}]
    blocks = [{"id": "b1", "type": "paragraph", "props": {}, "content": lines, "children": []}]
    return {"title": title, "bodyV2": {"blocknote": json.dumps(blocks)}}
