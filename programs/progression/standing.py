"""Standing: what a rep has earned and what the row in Twenty should say, from facts, awards, the row and `as_of`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby

from programs.progression.badge_checks import PendingBadges
from programs.progression.badge_progress import BadgeProgress, badge_progress
from programs.progression.checkpoints import Checkpoint, Cut, gone_on, next_place, stands_on, taken
from programs.progression.efficiency import as_json as efficiency_json
from programs.progression.efficiency import efficiency
from programs.progression.facts import CERTIFICATION, EXAM, Fact, KeptFact
from programs.progression.figures import Figures
from programs.progression.fold import BadgeStep, Fold, RankStep, with_grants
from programs.progression.levels import level_for
from programs.progression.moments import Moment, moments
from programs.progression.ranks import as_json as eligibility_json
from programs.progression.ranks import eligibility, normalise_rank
from programs.progression.recent import changes_with_time, first_recent_day, recent_figures
from programs.progression.row import PassedExam, Row
from programs.progression.row_json import Json
from programs.progression.rules import Rules
from programs.progression.starting import start_from_row
from programs.progression.streaks import streak_days
from programs.progression.tally import Tally
from programs.progression.twins import from_second_writer
from programs.progression.work import Work
from programs.progression.writeback import DesiredRow
from programs.progression.xp_merge import MergedXp


@dataclass(frozen=True, slots=True)
class Standing:
    """A rep's standing at `as_of`. `next_change_at` is when time alone may change it; None if it doesn't.

    `badges` are those that repsync granted so far and the new ones of `badge_steps`; `figures` has others' too.
    `recent` are the figures of the last 7 days.
    """

    figures: Figures
    recent: Figures
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
    return standing_and_checkpoint(work, row, xp, watermark, as_of, rules)[0]


def standing_and_checkpoint(
    work: Work,
    row: Row,
    xp: MergedXp,
    watermark: datetime | None,
    as_of: datetime,
    rules: Rules,
    *,
    at: Cut = next_place,
) -> tuple[Standing, Checkpoint | None]:
    """The same, and the next checkpoint, where it is time for one; or the one that is made where `at` says.

    Errors: `DoesNotLead` if `work.behind` does not lead there: then all facts and awards are needed.
    """
    begun, rank = _begun(work, row, xp, rules), _highest_rank(work, row, rules)
    until = decided_until(work.facts, watermark)
    first_on = first_recent_day(begun, as_of.astimezone(work.time_zone).date())
    tally = gone_on(work.behind, begun, rank, work.badges, until, first_on) if work.behind else begun
    begins = stands_on(begun)
    going = Fold(tally, rank, _pending(work, rules), until)
    checkpoint = _through(going, begins, work, at)
    return _standing(work, going, as_of), checkpoint


def _begun(work: Work, row: Row, xp: MergedXp, rules: Rules) -> Tally:
    """Where the tally starts."""
    tally = Tally(rules, work.time_zone, xp=xp.total - work.paid_xp())
    start_from_row(tally, row, (kept.fact for kept in work.facts), {step.badge for step in work.badges})
    return tally


def _highest_rank(work: Work, row: Row, rules: Rules) -> str:
    """The highest rank that the rep has so far."""
    return _highest([*work.ranks, normalise_rank(row.rank_word, rules)], rules)


def _through(going: Fold, begins: Mapping[str, object], work: Work, cut: Cut) -> Checkpoint | None:
    """Goes through the moments that are not behind it yet, and takes a checkpoint on the way."""
    line = with_grants(moments(work.facts, work.awards, going.tally.rules), work.badges)
    ahead = [moment for moment in line if work.behind is None or moment.at > work.behind.at]
    place = cut(ahead, going.until)
    going.through(ahead[:place])
    found = _taken(going, ahead, place, begins, work) if place else None
    going.through(ahead[place:])
    return found


def _pending(work: Work, rules: Rules) -> PendingBadges:
    return PendingBadges({step.badge for step in work.badges}, rules)


def _taken(going: Fold, ahead: Sequence[Moment], place: int, begins: Mapping[str, object], work: Work) -> Checkpoint:
    at = ahead[place - 1].at
    open_facts = work.keys_until(at).intersection(moment.key for moment in ahead[place:])
    found = taken(going, begins, work.paid_xp(at), work.badges, ahead[:place])
    return replace(found, open_facts=open_facts)


def _standing(work: Work, going: Fold, as_of: datetime) -> Standing:
    tally, rank, rules = going.tally, going.rank, going.tally.rules
    figures, active_days, today = tally.figures(), frozenset(work.active_days), as_of.astimezone(work.time_zone).date()
    badges = frozenset(step.badge for step in (*work.badges, *going.earned))
    recent = recent_figures(tally, today)
    steps = tuple(going.promotions)
    return Standing(
        figures=figures,
        recent=recent,
        rank=rank,
        steps=steps,
        badges=badges,
        badge_steps=tuple(going.earned),
        badge_progress=badge_progress(tally, badges, as_of),
        level=level_for(figures.total_xp, rules),
        streak_days=streak_days(active_days, today),
        bosses=frozenset(tally.bosses),
        certifications=_certifications(work),
        exams=passed_exams(work, rules),
        efficiency=_efficiency(figures, recent, rules),
        eligibility={
            **eligibility_json(eligibility(figures, rules, rank)),
            "grantedElsewhere": rank not in {rules.ranks[0].code, *work.ranks, *(step.rank for step in steps)},
        },
        next_change_at=_next_change_at(tally, active_days, today),
    )


def decided_until(facts: Iterable[KeptFact], watermark: datetime | None) -> datetime | None:
    """The watermark, or just before the first note that may turn out the twin of another: its call may be none."""
    undecided = [kept.fact.occurred_at - timedelta.resolution for kept in facts if _may_be_no_call(kept)]
    return watermark and min([watermark, *undecided])


def _may_be_no_call(kept: KeptFact) -> bool:
    return kept.unpaid and kept.call_key is None and kept.twin_of is None and from_second_writer(kept.fact)


def _efficiency(figures: Figures, recent: Figures, rules: Rules) -> dict[str, Json]:
    of_recent = efficiency_json(efficiency(recent))
    return {**efficiency_json(efficiency(figures)), f"last{rules.metrics.recent_days}Days": of_recent}


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
