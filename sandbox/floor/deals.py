"""Deals: an opportunity's way through the stages, planned whole when it begins."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Literal

from sandbox.floor.leads import Lead
from sandbox.floor.shifts import later_moment
from sandbox.floor.team import Floor, Rep, new_id

Kind = Literal["stage", "owner", "soft_delete", "restore"]

# All signs of one appointment stay within its 14 days, also for who sees only the last of them.
LONGEST = timedelta(days=13)
BEGINS_AFTER = timedelta(minutes=2)
_BY_API_KEY = 0.02
_WITHOUT_OWNER = 0.15
_WITHOUT_CONTACT = 0.04
_HANDED_OVER = 0.08
_NO_SHOW = 0.3
_REOPENED = 0.15
_CLOSED_AGAIN = 0.6
_DELETED = 0.05
_SHIFTS_LATER = (0, 0, 1, 1, 2)
_LADDER = ("NEW", "SCREENING", "MEETING", "PROPOSAL", "CUSTOMER")
_TELLING = _LADDER[2:]


@dataclass(frozen=True, slots=True)
class Step:
    """A change of the opportunity; `value` is the new stage or owner."""

    at: datetime
    kind: Kind
    value: str = ""


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity, created at NEW unless `stage` says otherwise, and all that happens to it.

    `creator` is None for an API key's, `owner` None where nobody is named; `lead_id` None without a contact.
    """

    id: str
    at: datetime
    creator: str | None
    owner: str | None
    lead_id: str | None
    name: str
    amount: int
    stage: str
    steps: tuple[Step, ...]

    @property
    def rep(self) -> str | None:
        """Whose it is in the end; None: nobody can know."""
        owners = [step.value for step in self.steps if step.kind == "owner"]
        return owners[-1] if owners else self.owner or self.creator

    @property
    def stages(self) -> list[tuple[datetime, str]]:
        """Every stage and since when."""
        return [(self.at, self.stage), *((step.at, step.value) for step in self.steps if step.kind == "stage")]

    def is_there(self, at: datetime) -> bool:
        """Whether it was made by then and not deleted."""
        fates = [step.kind for step in self.steps if step.kind in ("soft_delete", "restore") and step.at <= at]
        return at >= self.at and (not fates or fates[-1] == "restore")


def begin_deal(floor: Floor, rep: Rep, lead: Lead, called_at: datetime, rng: Random) -> Deal:
    """The deal that a rep makes of an appointment set at `called_at`."""
    by_api_key = rng.random() < _BY_API_KEY
    return Deal(
        id=new_id(rng),
        at=called_at + BEGINS_AFTER,
        creator=None if by_api_key else rep.id,
        owner=None if by_api_key or rng.random() < _WITHOUT_OWNER else rep.id,
        lead_id=None if rng.random() < _WITHOUT_CONTACT else lead.id,
        name=f"Roof of {lead.name}",
        amount=rng.randrange(8_000, 60_000, 500),
        stage="MEETING" if by_api_key else "NEW",
        steps=() if by_api_key else tuple(_dated(floor, rep, called_at, rng)),
    )


def _dated(floor: Floor, rep: Rep, called_at: datetime, rng: Random) -> Iterator[Step]:
    """The steps that fit on the floor, in working hours of who has the deal then."""
    at, at_most = called_at + BEGINS_AFTER, called_at + LONGEST
    dated: list[Step] = []
    for kind, value in _path(floor, rep, rng):
        shifts_later = rng.choice(_SHIFTS_LATER)
        moment = later_moment(rep.shifts, at + timedelta(minutes=1), shifts_later, rng)
        if moment is None or moment > at_most:
            break
        at = moment
        dated.append(Step(at, kind, value))
        if kind == "owner":
            rep = floor.rep(rep.index + 1)
    return _without_losses(dated) if floor.lossy else iter(dated)


def _path(floor: Floor, rep: Rep, rng: Random) -> Iterator[tuple[Kind, str]]:
    """What happens to a deal, as far as the rep's habit takes it.

    It changes hands before the meeting: later, whose XP it is would depend on when somebody looked.
    """
    if rng.random() < _HANDED_OVER and rep.index + 1 < floor.reps:
        yield "owner", floor.rep(rep.index + 1).id
    elif rng.random() < 0.5:
        yield "stage", "SCREENING"
    yield "stage", "MEETING"
    if rng.random() > rep.habit.shows:
        if rng.random() < _NO_SHOW:
            yield "stage", "SCREENING"
    else:
        yield "stage", "PROPOSAL"
        yield from _closing(rep, rng)
    if rng.random() < _DELETED:
        yield "soft_delete", ""
        if rng.random() < 0.5:
            yield "restore", ""


def _closing(rep: Rep, rng: Random) -> Iterator[tuple[Kind, str]]:
    if rng.random() < rep.habit.closes:
        yield "stage", "CUSTOMER"
        if rng.random() < _REOPENED:
            yield "stage", "PROPOSAL"
            if rng.random() < _CLOSED_AGAIN:
                yield "stage", "CUSTOMER"


def _without_losses(dated: list[Step]) -> Iterator[Step]:
    """Only one step up from where a deal is nothing yet, as far as it ever gets: its newest version tells all, and
    since when."""
    reached = [step for step in dated if step.kind == "stage" and step.value in _TELLING]
    highest = max(reached, key=lambda step: _LADDER.index(step.value), default=None)
    yield from (step for step in dated if step == highest or step.kind == "owner")
