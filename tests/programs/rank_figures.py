"""For each rank the least figures that reach it."""

from dataclasses import replace
from decimal import Decimal

from programs.progression.figures import Figures


def modules(count: int) -> frozenset[str]:
    """The first so many modules."""
    return frozenset(f"module_{n}" for n in range(count))


E2 = Figures(total_xp=500, total_calls=100, known_duration_calls=100, modules=modules(2))
E3 = replace(
    E2,
    total_xp=1_500,
    modules=modules(4),
    badges=frozenset({"closer.bronze", "streak_warrior.gold"}),
    appointments_set=3,
)
E4 = replace(
    E3,
    total_xp=3_000,
    modules=modules(6),
    sub_thirty_calls=49,
    closed_deals=5,
    exams={"operative_certification": Decimal(80)},
)
E5 = replace(
    E4,
    total_xp=8_000,
    modules=modules(7),
    appointments_set=6,
    closed_deals=10,
    exams={"operative_certification": Decimal(80), "senior_certification": Decimal(85)},
)
E6 = replace(E5, total_xp=15_000, leads_called=100, leads_full_cadence=71, closed_deals=25, mentees=2)
