"""The backfill: the whole history into the same ledger, once, whatever else happens."""

from floor import JANE
from world import MONDAY, World

from worker.backfill import backfill


def test_smoke(world: World) -> None:
    """x"""
    for n in range(2000):
        world.twenty.put("notes", {"title": "Call - CONTACT | 2:05 | Kim", "createdBy": {"source": "MANUAL", "workspaceMemberId": JANE, "name": "Jane", "context": {}}})
    world.passes(seconds=2)
    import time
    t=time.monotonic()
    found = backfill(world.floor.parts, None, print)
    print(found, time.monotonic()-t, world.twenty.calls)
    assert 0
