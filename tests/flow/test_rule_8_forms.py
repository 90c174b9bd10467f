"""Rule 8 in workspaces where totalXp has another form: what the compare-and-set compares."""

import pytest
from floor import JANE
from other_writers import ROWS, called, change, once, publish_while, rows_of
from workspaces import reshape
from world import World

from programs.progression.row import read_row
from worker.writing import as_read

AT = "2026-11-16T14:00:00.000Z"


@pytest.mark.parametrize(
    ("total", "kind", "compared"),
    [
        (40, "NUMBER", "totalXp[eq]:40,"),
        (40.0, "NUMBER", "totalXp[eq]:40,"),
        (None, "NUMBER", "totalXp[is]:NULL,"),
        (40.5, "NUMBER", ""),
        ("40", "TEXT", 'totalXp[eq]:"40",'),
        ("40.0", "TEXT", ""),
        ("", "TEXT", ""),
        (None, "TEXT", ""),
        ("40", "NUMERIC", ""),
        (40, "NUMERIC", ""),
    ],
)
def test_only_forms_that_every_version_reads_alike_are_compared(total: object, kind: str, compared: str) -> None:
    """Twenty cuts numbers in filters at the point, and keeps an empty text as null or "": the time alone decides."""
    row = read_row({"id": "r1", "totalXp": total, "updatedAt": AT})
    assert as_read(row, {"totalXp": kind}) == f'and(id[eq]:"r1",{compared}updatedAt[lte]:"{AT}")'


def test_a_workspace_without_total_xp_is_compared_by_time() -> None:
    """A field that the workspace lacks would fail the call."""
    assert as_read(read_row({"id": "r1", "updatedAt": AT}), {}) == f'and(id[eq]:"r1",updatedAt[lte]:"{AT}")'


@pytest.mark.parametrize(
    ("kind", "before", "given", "after"),
    [("NUMBER", None, 30, 34), ("TEXT", "", "30", "34"), ("TEXT", "30.0", "40.0", "44"), ("NUMBER", 30, 40, 44)],
)
def test_a_race_is_lost_and_won_whatever_form_the_total_has(
    world: World, kind: str, before: object, given: object, after: object
) -> None:
    """Somebody writes the total between our read and our write: the sum of both is there in the end."""
    reshape(world, types={"totalXp": kind})
    world.twenty.put(ROWS, {"workspaceMemberId": JANE, "totalXp": before, "syncedXp": 0})
    called(world)
    called(world)
    publish_while(world, once(lambda: change(world, totalXp=given)))
    assert (rows_of(world)[0]["totalXp"], rows_of(world)[0]["syncedXp"]) == (after, 4)
