"""Standing: what a rep has earned and what the row in Twenty should say, from facts, awards, the row and `as_of`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby

from programs.progression.efficiency import as_json as efficiency_json
from programs.progression.efficiency import efficiency
from programs.progression.facts import CERTIFICATION, EXAM, Fact, KeptFact
from programs.progression.figures import Figures
from programs.progression.fold import RankStep, fold
from programs.progression.levels import level_for
from programs.progression.moments import PaidXp, moments
from programs.progression.ranks import as_json as eligibility_json
from programs.progression.ranks import eligibility, normalise_rank
from programs.progression.row import PassedExam, Row
from programs.progression.row_json import Json
from programs.progression.rules import Rules
from programs.progression.streaks import streak_days
from programs.progression.tally import Tally
from programs.progression.writeback import DesiredRow
from programs.progression.xp_merge import MergedXp


@dataclass(frozen=True, slots=True)
class Work:
    """All that a rep did: facts, awards that carry XP, active days in the rep's time zone, ranks granted so far."""

    facts: Sequence[KeptFact]
    awards: Sequence[PaidXp]
    active_days: Iterable[date]
    ranks: Iterable[str]
    time_zone: tzinfo


@dataclass(frozen=True, slots=True)
class Standing:
    """A rep's standing at `as_of`. `next_change_at` is when time alone may change it; None if it doesn't."""

    figures: Figures
    rank: str
    steps: tuple[RankStep, ...]
    level: int
    streak_days: int
    bosses: frozenset[str]
    certifications: frozenset[str]
    exams: tuple[PassedExam, ...]
    efficiency: Mapping[str, Json]
    eligibility: Mapping[str, Json]
    next_change_at: datetime | None


def standing(work: Work, row: Row, xp: MergedXp, watermark: datetime | None, as_of: datetime, rules: Rules) -> Standing:
    """Computes a rep's standing. Ranks are granted up to the watermark only; all other figures are of now."""
    tally = _starting(row, xp.total - sum(award.amount for award in work.awards), rules)
    rank = _highest([*work.ranks, normalise_rank(row.rank_word, rules)], rules)
    steps = fold(moments(work.facts, work.awards, work.time_zone, rules), tally, rank, watermark, rules)
    figures = tally.figures()
    rank = steps[-1].rank if steps else rank
    active_days, today = frozenset(work.active_days), as_of.astimezone(work.time_zone).date()
    return Standing(
        figures=figures,
        rank=rank,
        steps=steps,
        level=level_for(figures.total_xp, rules),
        streak_days=streak_days(active_days, today),
        bosses=frozenset(tally.bosses),
        certifications=_certifications(work),
        exams=passed_exams(work, rules),
        efficiency=efficiency_json(efficiency(figures)),
        eligibility={
            **eligibility_json(eligibility(figures, rules, rank)),
            "grantedElsewhere": rank not in {rules.ranks[0].code, *work.ranks, *(step.rank for step in steps)},
        },
        next_change_at=_next_change_at(active_days, today, work.time_zone),
    )


def _starting(row: Row, unexplained_xp: int, rules: Rules) -> Tally:
    """What others put into the row satisfies gates from the start, and so does XP that no award explains."""
    tally = Tally(rules, xp=unexplained_xp)
    tally.modules.update(row.modules)
    tally.badges.update(row.badges)
    tally.certifications.update(map(rules.exam_named, row.certifications))
    for exam in row.exams:
        tally.add_exam(rules.exam_named(exam.id), exam.score)
    return tally


def _highest(ranks: Iterable[str | None], rules: Rules) -> str:
    return max(filter(None, ranks), key=rules.rank_index, default=rules.ranks[0].code)


def passed_exams(work: Work, rules: Rules) -> tuple[PassedExam, ...]:
    """The best score of each exam that the rep passed, by our own pass marks; one without a mark is not listed."""
    passed = [exam for kept in work.facts if (exam := _passed(kept.fact, work.time_zone, rules))]
    ranked = sorted(passed, key=lambda exam: (exam.id, -(exam.score or 0), exam.passed_on or date.max))
    return tuple(next(attempts) for _, attempts in groupby(ranked, key=lambda exam: exam.id))


def _passed(fact: Fact, time_zone: tzinfo, rules: Rules) -> PassedExam | None:
    if fact.kind != EXAM or not fact.live or fact.score is None:
        return None
    exam = rules.exam_named(fact.subject or "")
    mark = rules.pass_mark_of(exam)
    if mark is None or fact.score < mark:
        return None
    return PassedExam(exam, fact.score, fact.occurred_at.astimezone(time_zone).date())


def _certifications(work: Work) -> frozenset[str]:
    facts = (kept.fact for kept in work.facts)
    return frozenset(fact.subject for fact in facts if fact.kind == CERTIFICATION and fact.live and fact.subject)


def _next_change_at(active_days: Iterable[date], today: date, zone: tzinfo) -> datetime | None:
    """The rep's next midnight, if the streak may grow or break then."""
    if max(active_days, default=date.min) < today - timedelta(days=1):
        return None
    return datetime.combine(today + timedelta(days=1), time.min, zone).astimezone(UTC)


def desired_row(rep: str, name: str | None, found: Standing, xp: MergedXp, adopted_at: datetime | None) -> DesiredRow:
    """The row that says this standing."""
    figures = found.figures
    return DesiredRow(
        workspace_member_id=rep,
        name=name,
        total_xp=xp.total,
        synced_xp=xp.ours,
        level=found.level,
        rank=found.rank,
        closed_deals=figures.closed_deals,
        streak_days=found.streak_days,
        efficiency=found.efficiency,
        eligibility=found.eligibility,
        modules=figures.modules,
        certifications=found.certifications,
        bosses=found.bosses,
        exams=found.exams,
        adopted_at=adopted_at,
    )
