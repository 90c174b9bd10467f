"""Jane leaves: all the ways in which a ledger can tell of her."""

from typing import Any

import requests
from floor import JANE, JONY, Floor
from redhawk_sender import RedHawkSender
from world import World

from ledger.aliases import map_names
from ledger.engine import transaction
from worker.forgetting import Erased, forget

PERSONAL = ("austen", "xochitl", "winchester")
AT = "2026-11-16T15:00:00Z"


def busy_jane(world: World) -> dict[str, str]:
    """Her calls, one under a word of her own, one of her API key, a lead of hers that another key called, an open deal,
    RedHawk's events, a note of Jony's that she edited; and what corrected and published all that. Returns ids."""
    floor = world.floor
    _let_leads_be_assigned(floor)
    austen = {"firstName": "Jane", "lastName": "Austen"}
    email = {"userEmail": "jane.austen@winchester.example"}
    world.twenty.put("workspaceMembers", {"id": JANE, "name": austen, "timeZone": "Asia/Tokyo", **email})
    with transaction(floor.parts.engine) as connection:
        map_names(connection, "redhawk", {"1": JANE})
        map_names(connection, "twenty", {"worker-key": JANE})
    lead, own = world.person(), world.person(assignedRep="JANE_AUSTEN")
    ids = {"lead": own, "call": world.call("Call - CONTACT | 2:05 | Kim", lead=lead)}
    ids["odd"] = world.call("Call - XOCHITL | 0:40 | Winchester")
    world.edit(ids["odd"], "Call - XOCHITL | 0:45 | Winchester")
    ids["key's"] = world.call("Call - CONTACT | 2:06 | Kim", rep=None)
    ids["lead's"] = world.call("Call - CONTACT | 2:07 | Kim", rep=None, lead=own)
    ids["jony's"] = world.call("Call - CONTACT | 2:08 | Kim", rep=JONY)
    world.edit(ids["jony's"], "Call - CONTACT | 2:09 | Kim")
    ids["deal"] = world.deal("MEETING", lead=lead)
    module(world, "a1")
    for _ in range(2):
        world.settled()
    return ids


def module(world: World, attempt: str, rep: str = "1") -> None:
    """RedHawk tells that the rep passed a module."""
    data = {"moduleId": "0", "repId": rep, "score": 92, "completedAt": AT, "attemptId": attempt}
    RedHawkSender(world.floor).send({"type": "module.completed", "timestamp": AT, "data": data}, f"msg-{attempt}")


def forgotten(world: World, rep: str = JANE) -> Erased:
    return forget(world.floor.parts, rep, "HR", lambda *_: None)


def still_told(floor: Floor) -> list[tuple[str, str]]:
    """(table, word) of what tells of Jane still; her id may stand anywhere but in what others sent."""
    names = floor.ledger("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'")
    texts = {each["name"]: _rows(floor, each["name"]) for each in names}
    raw = str(floor.ledger("SELECT encode(raw, 'escape') AS raw FROM deliveries WHERE raw <> ''")).lower()
    found = [(name, word) for name, text in texts.items() for word in PERSONAL if word in text]
    return found + [("raw", word) for word in (*PERSONAL, JANE) if word in raw]


def _rows(floor: Floor, table: str) -> str:
    return str(floor.ledger(f"SELECT to_jsonb(t) - 'raw' AS row FROM {table} t")).lower()


def counted(floor: Floor) -> dict[str, Any]:
    """What stays of Jane's: facts, XP, day totals, grants."""
    queries = {
        "facts": "SELECT key, kind, occurred_at, duration_s, live FROM facts WHERE rep = :rep ORDER BY key",
        "awards": "SELECT fact_key, reason, amount FROM awards WHERE rep = :rep ORDER BY 1, 2",
        "days": 'SELECT * FROM day_totals WHERE rep = :rep ORDER BY "on"',
        "ranks": "SELECT rank FROM rank_steps WHERE rep = :rep ORDER BY 1",
        "writes": "SELECT sequence, fields -> 'syncedXp' AS xp FROM writes WHERE rep = :rep ORDER BY id",
    }
    return {name: floor.ledger(query, rep=JANE) for name, query in queries.items()}


def _let_leads_be_assigned(floor: Floor) -> None:
    """People get the SELECT `assignedRep`, as an admin makes it."""
    base, headers = f"{floor.twenty.url}/rest/metadata", {"Authorization": "Bearer a-key-of-the-tests"}
    asked = requests.get(f"{base}/objects", params={"limit": 200}, headers=headers, timeout=5).json()
    (person,) = [each["id"] for each in asked["data"]["objects"] if each["nameSingular"] == "person"]
    options = [{"value": "JANE_AUSTEN", "label": "Jane Austen", "color": "red", "position": 0}]
    field = {"objectMetadataId": person, "type": "SELECT", "name": "assignedRep", "label": "Rep", "options": options}
    assert requests.post(f"{base}/fields", json=field, headers=headers, timeout=5).status_code == 201
