"""Texts are kept as they came in `deliveries.raw`, until that is pruned, and nowhere else."""

from canaries import BODY, LEAD, PERSONA, TEXTS, TITLE
from floor import JANE, Floor
from redhawk_sender import RedHawkSender
from telling import LEAD as LEAD_ID
from telling import NOON, deal, note, settle, stamp, tell

CALL = f"Call - CONTACT | 2:05 | Call to {LEAD} about {TITLE}"


def test_texts_are_kept_in_raw_deliveries_alone(floor: Floor) -> None:
    """Versions, facts, awards, the audit log and all else hold no title, body, lead's name or persona."""
    floor.sweep()
    tell(floor, "note.created", note("n1", CALL, body=f"Lead: {LEAD}\n{BODY}"))
    tell(floor, "note.updated", note("n1", f"{TITLE} {CALL}", body=BODY))
    tell(floor, "note.created", note("n2", f"Call - {TITLE} told {LEAD} all about it today", None, name="dialer"))
    tell(floor, "note.created", note("n3", CALL) | {"createdAt": TITLE})
    tell(floor, "opportunity.updated", deal("CUSTOMER", JANE, name=TITLE))
    tell(floor, "person.updated", {"id": LEAD_ID, "name": {"firstName": LEAD, "lastName": TITLE}})
    battle = {"sessionId": "b1", "repId": "7", "level": 1, "outcome": "won", "persona": PERSONA, "score": 90}
    RedHawkSender(floor).send({"type": "battle.ended", "data": {**battle, "completedAt": stamp(NOON)}})
    settle(floor)
    names = floor.ledger("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'")
    kept = {each["name"]: _rows(floor, each["name"]) for each in names}
    assert [name for name, told in kept.items() if any(text.lower() in told for text in TEXTS)] == []
    assert {"contact", JANE} <= {word for word in ("contact", JANE) if word in kept["record_versions"]}
    assert TITLE in str(floor.ledger("SELECT convert_from(raw, 'UTF8') FROM deliveries"))


def _rows(floor: Floor, table: str) -> str:
    return str(floor.ledger(f"SELECT to_jsonb(t) - 'raw' AS row FROM {table} t")).lower()
