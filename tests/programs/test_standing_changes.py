"""How two standings differ."""

from programs.progression.row_json import Json
from programs.progression.standing_changes import Change, standing_changes


def _gate(rank: str, gate: str, have: int, met: bool) -> dict[str, Json]:
    return {"rank": rank, "gate": gate, "need": 5, "have": have, "met": met, "reason": ""}


def test_the_same_standing_has_no_changes() -> None:
    """Nothing is told of what stays."""
    standing: dict[str, Json] = {"totalXp": 1, "gates": [_gate("E-2", "dials", 1, False)], "bosses": []}
    assert standing_changes(standing, dict(standing)) == ()


def test_figures_are_told_by_their_path() -> None:
    """A number, a nested rate, a list and what is only in one of the two, in the first one's order."""
    before: dict[str, Json] = {"totalXp": 1, "efficiency": {"show": {"rate": 0.5, "of": 2}}, "modules": ["a"], "old": 1}
    after: dict[str, Json] = {
        "totalXp": 2,
        "efficiency": {"show": {"rate": 1.0, "of": 2}},
        "modules": ["a", "b"],
        "new": 0,
    }
    assert standing_changes(before, after) == (
        Change("totalXp", 1, 2),
        Change("efficiency.show.rate", 0.5, 1.0),
        Change("modules", ["a"], ["a", "b"]),
        Change("old", 1, None),
        Change("new", None, 0),
    )


def test_gates_are_compared_by_rank_and_kind() -> None:
    """A gate put in between moves none; the next rank's gates are not told a second time."""
    before: dict[str, Json] = {
        "gates": [_gate("E-2", "dials", 1, False), _gate("E-3", "dials", 1, False)],
        "eligibility": {"next": "E-2", "gates": [_gate("E-2", "dials", 1, False)]},
    }
    after: dict[str, Json] = {
        "gates": [_gate("E-2", "deals", 0, False), _gate("E-2", "dials", 6, True), _gate("E-3", "dials", 1, False)],
        "eligibility": {"next": "E-3", "gates": []},
    }
    assert [change.what for change in standing_changes(before, after)] == [
        "gates[E-2 dials].have",
        "gates[E-2 dials].met",
        "eligibility.next",
        "gates[E-2 deals].need",
        "gates[E-2 deals].have",
        "gates[E-2 deals].met",
        "gates[E-2 deals].reason",
    ]
