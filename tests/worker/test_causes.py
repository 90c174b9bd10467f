"""Causes: whose facts the deliveries that came just now changed."""

from datetime import UTC, datetime

from ledger.causes import Causes
from ledger.versions import SeenVersion
from programs.progression.facts import Fact, KeptFact
from worker.causes import causes

NOW = datetime(2026, 11, 16, tzinfo=UTC)


def _kept(key: str, rep: str | None, lead: str | None = None) -> KeptFact:
    return KeptFact(Fact(key, key.partition(":")[0], rep, NOW, live=True, lead=lead), unpaid=False)


def _seen(kind: str, record: str, delivery: int, parent: str | None = None) -> SeenVersion:
    return SeenVersion(kind, record, None, NOW, delivery, parent)  # type: ignore[arg-type]


def test_a_rep_s_causes_reach_from_the_oldest_to_the_newest_delivery() -> None:
    """Three deliveries of two notes of a rep, one by its noteTarget, make one range; another rep has one of its own."""
    changed = {key: _kept(key, rep) for key, rep in (("note:a", "jane"), ("note:b", "jane"), ("note:c", "jony"))}
    seen = [_seen("note", "a", 9), _seen("note", "b", 4), _seen("noteTarget", "t", 12, "b"), _seen("note", "c", 7)]
    assert causes(changed, {}, seen) == {"jane": Causes(4, 12), "jony": Causes(7, 7)}


def test_who_loses_a_fact_is_changed_too() -> None:
    """A deal that is handed over is a cause for both reps."""
    found = causes({"opportunity:d": _kept("opportunity:d", "jony")}, {"opportunity:d": _kept("opportunity:d", "jane")},
                   [_seen("opportunity", "d", 5)])  # fmt: skip
    assert found == {"jane": Causes(5, 5), "jony": Causes(5, 5)}


def test_a_person_changes_the_facts_that_it_leads() -> None:
    """The delivery of a lead whose assignment changed is the cause for the rep of the lead's notes, and no other."""
    changed = {"note:a": _kept("note:a", "jane", lead="kim"), "note:b": _kept("note:b", "jony", lead="lee")}
    assert causes(changed, {}, [_seen("person", "kim", 3)]) == {"jane": Causes(3, 3)}


def test_what_is_nobody_s_and_what_did_not_come_has_no_cause() -> None:
    """A fact without a rep, and one that names made anew without a delivery, name nobody."""
    changed = {"note:a": _kept("note:a", None), "note:b": _kept("note:b", "jane")}
    assert causes(changed, {}, [_seen("note", "a", 3)]) == {}
