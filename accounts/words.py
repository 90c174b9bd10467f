"""How gates, figures, awards and facts are called, wherever people read of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from programs.progression.facts import Fact

GATES: Mapping[str, str] = MappingProxyType(
    {
        "xp": "XP",
        "dials": "dials",
        "badges": "badges",
        "appointments": "appointments",
        "deals": "deals",
        "mentees": "reps mentored",
        "sub_thirty_drop": "sub-30s drop rate",
        "call_to_appointment": "call-to-appointment rate",
        "cadence_completion": "cadence completion rate",
        "modules": "modules",
        "exam": "exam score",
        "certification": "certification",
        "team_metrics": "team metrics",
    }
)
FOUND_BY: Mapping[str | None, str] = MappingProxyType(
    {
        "record": "named by the record itself",
        "assigned_rep": "assigned rep of the lead",
        "alias": "mapped by an alias",
        None: "",
    }
)
NO_CALL: Mapping[str, str] = MappingProxyType({"other": "a note that is no call", "inbound": "an inbound call"})


def shown(value: object) -> str:
    """A gate's have or need; numbers with thousands, `none` for no data."""
    if value is None:
        return "none"
    return f"{value:,}" if isinstance(value, int) else str(value)


def minutes(duration_s: int | None) -> str:
    """`2:05`; an unknown duration says so."""
    return "duration unknown" if duration_s is None else f"{duration_s // 60}:{duration_s % 60:02}"


def what(fact: Fact) -> str:
    """`call CONTACT 2:05`, `opportunity CUSTOMER`, `module module_1 92 %`."""
    if fact.kind == "call":
        return f"call {fact.disposition or 'without disposition'}, {minutes(fact.duration_s)}"
    if fact.kind in NO_CALL:
        return NO_CALL[fact.kind]
    score = None if fact.score is None else f"{fact.score.normalize():f} %"
    return " ".join(part for part in (fact.kind, fact.subject, fact.disposition, score) if part)


def reason(name: str) -> str:
    """Why an award was given; a number is an appointment's: the n-th with that lead."""
    return f"appointment {name}" if name.isdecimal() else name.replace("_", " ")


def pruned_on(at: datetime | None) -> str:
    """Why nothing can be done with a delivery; None: pruned before that was kept."""
    return "its text was pruned" + (f" on {at.astimezone(UTC):%Y-%m-%d}" if at else "")
