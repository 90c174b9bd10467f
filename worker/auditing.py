"""Auditing: which corrections of facts go into the audit log, and what they were caused by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ledger.audit import AuditRow
from ledger.versions import SeenVersion
from programs.progression.corrections import correction
from programs.progression.facts import KeptFact


@dataclass(frozen=True, slots=True)
class Cause:
    """Who brings facts up to date, and why where no delivery is the reason."""

    actor: str = "digest"
    why: str | None = None


BY_DIGEST = Cause()


def corrections(
    changed: Mapping[str, KeptFact], kept: Mapping[str, KeptFact], seen: Sequence[SeenVersion], cause: Cause
) -> Iterator[AuditRow]:
    """A row for each fact that was kept already and says something else now; `seen` came just now."""
    deliveries = {version.record_key: f"delivery {version.delivery_id}" for version in seen}
    for key in sorted(changed.keys() & kept.keys()):
        old, new = kept[key].fact, changed[key].fact
        found = correction(old, new)
        if found is not None:
            why = deliveries.get(key, cause.why)
            yield AuditRow(cause.actor, found.action, key, old.rep or new.rep, found.before, found.after, why)
