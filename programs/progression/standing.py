"""Standing: what a rep has earned and what the row in Twenty should say, from facts, awards, the row and `as_of`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby

from programs.progression.badge_progress import BadgeProgress, badge_progress
from programs.progression.efficiency import as_json as efficiency_json
from programs.progression.efficiency import efficiency
from programs.progression.facts import CERTIFICATION, EXAM, Fact, KeptFact
from programs.progression.figures import Figures
from programs.progression.fold import BadgeStep, RankStep, fold
from programs.progression.levels import level_for
from programs.progression.moments import PaidXp, moments
from programs.progression.ranks import as_json as eligibility_json
from programs.progression.ranks import eligibility, normalise_rank
from programs.progression.recent import changes_with_time, recent_figures
from programs.progression.row import PassedExam, Row
from programs.progression.row_json import Json
from programs.progression.rules import Rules
from programs.progression.starting import start_from_row
from programs.progression.streaks import streak_days
from programs.progression.tally import Tally
from programs.progression.twins import from_second_writer
from programs.progression.writeback import DesiredRow
from programs.progression.xp_merge import MergedXp


@dataclass(frozen=True, slots=True)
class Work:
    """All that a rep did: facts, awards that carry XP, active days in the rep's time zone, grants so far."""

    facts: Sequence[KeptFact]
    awards: Sequence[PaidXp]
    active_days: Iterable[date]
    ranks: Iterable[str]
    time_zone: tzinfo
    badges: Sequence[BadgeStep] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A rep's standing at `as_of`. `next_change_at` is when time alone may change it; None if it doesn't.

    `badges` are those that repsync granted so far and the new ones of `badge_steps`; `figures` has others' too.
    """

    figures: Figures
    rank: str
    steps: tuple[RankStep, ...]
    badges: frozenset[str]
    badge_steps: tuple[BadgeStep, ...]
    badge_progress: tuple[BadgeProgress, ...]
    level: int
    streak_days: int
    bosses: frozenset[str]
    certifications: frozenset[str]
    exams: tuple[PassedExam, ...]
    efficiency: Mapping[str, Json]
    eligibility: Mapping[str, Json]
    next_change_at: datetime | None


def standing(work: Work, row: Row, xp: MergedXp, watermark: datetime | None, as_of: datetime, rules: Rules) -> Standing:
    """Computes a rep's standing. Ranks and badges are granted up to the watermark only; other figures are of now."""
    tally = Tally(rules, work.time_zone, xp=xp.total - sum(award.amount for award in work.awards))
    start_from_row(tally, row, (kept.fact for kept in work.facts), {step.badge for step in work.badges})
    rank = _highest([*work.ranks, normalise_rank(row.rank_word, rules)], rules)
    until = decided_until(work.facts, watermark)
    grants = fold(moments(work.facts, work.awards, rules), tally, rank, work.badges, until, rules)
    figures = tally.figures()
    rank = grants.ranks[-1].rank if grants.ranks else rank
    badges = frozenset(step.badge for step in (*work.badges, *grants.badges))
    active_days, today = frozenset(work.active_days), as_of.astimezone(work.time_zone).date()
    return Standing(
        figures=figures,
        rank=rank,
        steps=grants.ranks,
        badges=badges,
        badge_steps=grants.badges,
        badge_progress=badge_progress(tally, badges, as_of),
        level=level_for(figures.total_xp, rules),
        streak_days=streak_days(active_days, today),
        bosses=frozenset(tally.bosses),
        certifications=_certifications(work),
        exams=passed_exams(work, rules),
        efficiency=_efficiency(tally, today),
        eligibility={
            **eligibility_json(eligibility(figures, rules, rank)),
            "grantedElsewhere": rank not in {rules.ranks[0].code, *work.ranks, *(step.rank for step in grants.ranks)},
        },
        next_change_at=_next_change_at(tally, active_days, today),
    )


def decided_until(facts: Iterable[KeptFact], watermark: datetime | None) -> datetime | None:
    """The watermark, or just before the first note that may turn out the twin of another: its call may be none."""
    undecided = [kept.fact.occurred_at - timedelta.resolution for kept in facts if _may_be_no_call(kept)]
    return watermark and min([watermark, *undecided])


def _may_be_no_call(kept: KeptFact) -> bool:
    return kept.unpaid and kept.call_key is None and kept.twin_of is None and from_second_writer(kept.fact)


def _efficiency(tally: Tally, today: date) -> dict[str, Json]:
    recent = efficiency_json(efficiency(recent_figures(tally, today)))
    return {**efficiency_json(efficiency(tally.figures())), f"last{tally.rules.metrics.recent_days}Days": recent}


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


def _next_change_at(tally: Tally, active_days: Iterable[date], today: date) -> datetime | None:
    """When the rep's next day begins (UTC), if the streak may grow or break then, or the recent figures change."""
    streak_may_change = max(active_days, default=date.min) >= today - timedelta(days=1)
    if not streak_may_change and not changes_with_time(tally, today):
        return None
    return datetime.combine(today + timedelta(days=1), time.min, tally.time_zone).astimezone(UTC)


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
        badges=found.badges,
        adopted_at=adopted_at,
    )
