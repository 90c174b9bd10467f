"""A standing as JSON: what the ledger keeps for people to look at."""

from programs.progression.badge_progress import progress_json
from programs.progression.diagnosis import as_json as diagnosis_json
from programs.progression.diagnosis import diagnose
from programs.progression.ranks import gate_json, gates_of
from programs.progression.row_json import Json
from programs.progression.rules import Rules
from programs.progression.standing import Standing


def standing_json(found: Standing, rules: Rules) -> dict[str, Json]:
    """The figures, every gate of every rank, the badges earned and the next tier of each, and the diagnosis.

    A gate is {rank, gate, need, have, met, reason}, a tier {badge, tier, need, have, reason}.
    """
    figures = found.figures
    return {
        "totalXp": figures.total_xp,
        "currentLevel": found.level,
        "currentRank": found.rank,
        "closedDeals": figures.closed_deals,
        "totalCalls": figures.total_calls,
        "subThirtyCalls": figures.sub_thirty_calls,
        "overTwoMinuteCalls": figures.over_two_minute_calls,
        "appointmentsSet": figures.appointments_set,
        "appointmentsHeld": figures.appointments_held,
        "streakDays": found.streak_days,
        "completedModules": sorted(figures.modules),
        "certifications": sorted(found.certifications),
        "defeatedBosses": sorted(found.bosses),
        "efficiency": found.efficiency,
        "eligibility": found.eligibility,
        "badges": {"earned": sorted(found.badges), "next": [progress_json(next_) for next_ in found.badge_progress]},
        "gates": [gate_json(result) for rank in rules.ranks for result in gates_of(rank.code, figures, rules)],
        "diagnosis": diagnosis_json(diagnose(figures, found.recent, rules)),
    }
