"""What a webhook's body may be mutated to: keys dropped, doubled, swapped; other types, odd texts, huge values."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

AT = "2026-11-21T02:48:02.272Z"
TRAINING = (
    ("module.completed", {"moduleId": "0", "repId": "7", "score": 0.9, "completedAt": AT, "attemptId": "a"}),
    ("exam.submitted", {"examId": "e", "examType": "tcpa", "repId": "7", "score": 90, "completedAt": AT}),
    ("certification.awarded", {"certificationId": "c", "repId": "7", "awardedAt": AT}),
    ("battle.ended", {"sessionId": "s", "repId": "7", "level": 3, "outcome": "won", "score": 5, "completedAt": AT}),
    ("mentorship.recorded", {"mentorRepId": "7", "menteeRepId": "8", "recordedAt": AT}),
)
TRAINING_BODIES = tuple({"type": name, "timestamp": AT, "data": data} for name, data in TRAINING)

ODD_TEXTS = st.sampled_from(
    [
        *("", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202etxt.exe", "\x1b[2J", "[red]", "é\u0301" * 40),
        *("'; DROP TABLE deliveries; --", "%s%s%n", "${jndi:ldap://127.0.0.1/a}", "<script>alert(1)</script>"),
        *("{{7*7}}", "../../etc/passwd", "http://127.0.0.1:9/fetch", 'x"y', "a,b", "((", "[in]:", "\\", "\\u0000"),
        *("NaN", "1e999", "-1", "9" * 400, "0001-01-01T00:00:00+23:59", "2099-12-31T23:59:59Z", "2000-01-01", "24:00"),
        *("America", "Etc/GMT+14", "system", "note.created", "noteTarget.destroyed", "person.updated", "x" * 70_000),
        *("Call - CONTACT | 99999999999:59 | x", "Call - CONTACT | 2:05 | " + "\ud83d" * 3, "Call - \x00 | 1:00"),
    ]
)
ODD_IDS = st.sampled_from(["a,b", 'x"y', "((", "[in]:", "note:x", "x" * 65, "é", "a b", "a\x00b", "%", "../x"])
ODD_NUMBERS = st.sampled_from(
    [0, -0.0, -1, 1, 2**31, 2**53, 2**63, -(2**63) - 1, 2**64, 10**400, 1e308, 5e-324, 0.1, True, False]
)
ODD_BYTES = st.sampled_from(
    [b"1e999", b"-1e999", b"9" * 5_000, b"NaN", b"[" * 5_000 + b"]" * 5_000, b'{"a":' * 900 + b"1" + b"}" * 900]
)
JUNK = st.recursive(
    st.none() | ODD_TEXTS | ODD_NUMBERS | st.text(alphabet=st.characters(exclude_categories=()), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXTS, inner, max_size=3),
    max_leaves=4,
)
_HOLE = "hole-8d1f"


@st.composite
def mutated_body(draw: Callable[..., Any], body: dict[str, Any]) -> bytes:
    """The body with one to three places in it changed, as bytes that are JSON most of the time."""
    changed: Any = json.loads(json.dumps(body))
    if "record" in changed and draw(st.booleans()):
        changed["record"]["id"] = str(draw(st.uuids()))  # a record of its own, which no newer version outdoes
    for _ in range(draw(st.integers(1, 3))):
        changed = draw(_changed(changed))
    raw = json.dumps(changed, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
    if f'"{_HOLE}"'.encode() in raw:
        raw = raw.replace(f'"{_HOLE}"'.encode(), draw(ODD_BYTES))
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(raw)))
        raw = raw[:at] + draw(st.binary(max_size=3)) + raw[at + draw(st.integers(0, 9)) :]
    if draw(st.integers(0, 19)) == 0:
        raw = raw.replace(b'"record":', b'"record":{"id":1},"record":', 1)
    return raw


@st.composite
def _changed(draw: Callable[..., Any], value: Any) -> Any:
    """The value with one place in it, deep ones as likely as shallow ones, changed."""
    paths = [path for path in _paths(value) if path]
    if not paths or draw(st.integers(0, 29)) == 29:
        return draw(JUNK)
    *way, key = draw(st.sampled_from(paths))
    inner = value
    for step in way:
        inner = inner[step]
    how = draw(st.integers(0, 9))
    if how == 0:
        del inner[key]
    elif how == 1:
        inner[draw(ODD_TEXTS)] = inner[key]
    elif how == 2:
        inner[key] = inner[draw(st.sampled_from(sorted(inner)))]
    elif key.endswith(("id", "Id")) and how < 8:
        inner[key] = draw(ODD_IDS)
    else:
        inner[key] = draw(ODD_TEXTS | ODD_TEXTS | ODD_NUMBERS | JUNK | st.just(_HOLE))
    return value


def _paths(value: Any) -> list[tuple[str, ...]]:
    """The ways to every value of every object inside."""
    if not isinstance(value, dict):
        return [()]
    return [(), *((key, *rest) for key, inner in value.items() for rest in _paths(inner))]
