"""Checkpoints: where a fold stood at a moment in event time, so that the next one can go on from there.

A checkpoint is a cache. What it stands on is named with it; where any of that is otherwise now, the fold begins anew.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from programs.progression.fold import BadgeStep, Fold
from programs.progression.moments import Moment
from programs.progression.ranks import barred
from programs.progression.rules_fingerprint import fingerprint
from programs.progression.tally import Tally
from programs.progression.tally_json import lead_json, restore_leads, restore_tally, tally_json

# Raised whenever the same facts, awards and row come to another tally than before.
FOLD = 1
# By measurement: a moment costs some 10 µs, a new checkpoint some 10 ms; few corrections are of so late a moment.
MOMENTS_LEFT, MOMENTS_PASSED = 150, 300  # default


class DoesNotLead(Exception):
    """What the checkpoint stands on is otherwise now, or not decided any more."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A rep's fold up to and with `at`.

    `stands_on` is what it began with: rules, time zone, what others put into the row, their XP too. `rank` is the
    highest by then, `granted` are the badges by then, `paid_xp` the sum of the awards by then; `leads_from` is the
    first day of which the tally knows all leads. `tally` is JSON without the leads, `leads` that of each lead (lead →
    JSON): of those that are known. `open_facts` are the keys of facts from before that go on to change behind it.
    """

    at: datetime
    stands_on: Mapping[str, Any]
    rank: str
    granted: Collection[str]
    paid_xp: int
    leads_from: date
    tally: Mapping[str, Any]
    leads: Mapping[str, Mapping[str, Any]]
    open_facts: Collection[str] = ()


def stands_on(begun: Tally) -> dict[str, Any]:
    """What a fold begins with: a tally with what others put into the row, by its rules and in its time zone."""
    by = [FOLD, fingerprint(begun.rules), str(begun.time_zone)]
    return {"by": by, "begun": tally_json(begun, date.min)}


def gone_on(
    found: Checkpoint, begun: Tally, rank: str, badges: Iterable[BadgeStep], until: datetime | None, first_on: date
) -> Tally:
    """The tally to which a fold comes that begins with this, and is decided `until` then, where the checkpoint is.

    `rank` is the highest so far, `first_on` the first day of which the leads will be asked for. Errors: `DoesNotLead`.
    """
    rules, stood_on = begun.rules, found.stands_on["begun"]
    leads = (
        until is not None
        and found.at <= until
        and found.leads_from <= first_on
        and _but_xp(found.stands_on) == _but_xp(stands_on(begun))
        and rules.rank_index(rank) >= rules.rank_index(found.rank)
        and sorted(found.granted) == _granted(badges, found.at)
    )
    if not leads:
        raise DoesNotLead
    tally, more_xp = _restored(found, begun), begun.xp - stood_on["xp"]
    tally.xp += more_xp
    if more_xp > 0 and not barred(rank, tally.figures(), rules):
        raise DoesNotLead
    return tally


def _but_xp(stands: Mapping[str, Any]) -> dict[str, Any]:
    """XP moves no figure but itself, and grants nothing but ranks."""
    return {**stands, "begun": {**stands["begun"], "xp": 0}}


def _restored(found: Checkpoint, begun: Tally) -> Tally:
    """The tally as it was."""
    tally = Tally(begun.rules, begun.time_zone)
    restore_tally(tally, found.tally)
    restore_leads(tally, found.leads)
    return tally


def differences(kept: Checkpoint, right: Checkpoint) -> list[str]:
    """In which figures a checkpoint is not the right one of the same moment, and of which leads it knows otherwise.

    They may have begun with other XP of others'.
    """
    before, after = _by_itself(kept), _by_itself(right)
    known, told = kept.leads, right.leads
    leads = [lead for lead in sorted(known.keys() | told.keys()) if known.get(lead) != told.get(lead)]
    figures = [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
    return [*figures, *(f"lead {lead}" for lead in leads)]


def _by_itself(found: Checkpoint) -> dict[str, Any]:
    earned = found.tally["xp"] - found.stands_on["begun"]["xp"]
    return {**found.tally, "xp": earned, "paid_xp": found.paid_xp, "leads_from": found.leads_from}


Cut: TypeAlias = Callable[[Sequence[Moment], datetime | None], int]


def place_of(at: datetime) -> Cut:
    """Where a checkpoint was taken: behind all moments up to then."""
    return lambda line, _: bisect_right(line, at, key=lambda moment: moment.at)


def next_place(line: Sequence[Moment], until: datetime | None) -> int:
    """How many of these moments the next checkpoint has behind it; 0 for none, as too few came since the last one."""
    if until is None or len(line) < MOMENTS_LEFT + MOMENTS_PASSED:
        return 0
    at = min(line[-MOMENTS_LEFT - 1].at, until)
    place = bisect_right(line, at, key=lambda moment: moment.at)
    return place if place >= MOMENTS_PASSED else 0


def taken(
    going: Fold, begins: Mapping[str, Any], paid_xp: int, badges: Iterable[BadgeStep], passed: Sequence[Moment]
) -> Checkpoint:
    """The checkpoint of a fold that just `passed` these moments, since it began or since the last checkpoint.

    `paid_xp` are the awards by then; its facts that go on to change are to be added.
    """
    tally, at = going.tally, passed[-1].at
    on = at.astimezone(tally.time_zone).date()
    leads_from = on - timedelta(days=tally.rules.metrics.recent_days - 1)
    return Checkpoint(
        at=at,
        stands_on=begins,
        rank=going.rank,
        granted=_granted([*badges, *going.earned], at),
        paid_xp=paid_xp,
        leads_from=leads_from,
        tally=tally_json(tally, leads_from),
        leads={lead: lead_json(tally, lead) for lead in sorted({lead for each in passed for lead in each.leads})},
    )


def _granted(badges: Iterable[BadgeStep], at: datetime) -> list[str]:
    return sorted(step.badge for step in badges if step.reached_at <= at)
