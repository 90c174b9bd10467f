"""What the floor must end in, by the rules documents and from what everybody meant.

Nothing here comes from the worker's code. A call is known as one dial, whatever notes it left, and a deal as a whole
life, so the grammar, the twins, the versions and their order are all put to the test.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sandbox.floor.academy import PASS_MARKS, Training
from sandbox.floor.calls import Call
from sandbox.floor.deals import Deal
from sandbox.floor.ladder import climb, level_of
from sandbox.floor.records import Record
from sandbox.floor.team import Floor
from sandbox.floor.work import Deed, work_of


@dataclass(frozen=True, slots=True)
class Expected:
    """A rep's standing at the floor's end.

    `rank` and `badges` (`id.tier` or `id`) are those ever reached: neither is lost when what it rests on is taken
    back. All else is of what stands in the end. `exams` are best scores in percent of passed ones.
    """

    rep: str
    name: str
    total_xp: int
    level: int
    rank: str
    closed_deals: int
    total_calls: int
    sub_thirty_calls: int
    over_two_minute_calls: int
    appointments_set: int
    appointments_held: int
    streak_days: int
    badges: frozenset[str]
    modules: frozenset[str]
    certifications: frozenset[str]
    bosses: frozenset[str]
    exams: frozenset[tuple[str, int]]

    def figures(self) -> dict[str, int | str]:
        """The figures under the names that the demo's outcome and the ledger's standings have for them."""
        return {
            "totalXp": self.total_xp,
            "currentLevel": self.level,
            "currentRank": self.rank,
            "closedDeals": self.closed_deals,
            "totalCalls": self.total_calls,
            "subThirtyCalls": self.sub_thirty_calls,
            "overTwoMinuteCalls": self.over_two_minute_calls,
            "appointmentsSet": self.appointments_set,
            "appointmentsHeld": self.appointments_held,
            "streakDays": self.streak_days,
        }


@dataclass(frozen=True, slots=True)
class Expectation:
    """Every rep's standing by workspace member, and how many calls, deals and trainings nobody can be given."""

    reps: dict[str, Expected]
    unattributed: int


def expect(floor: Floor) -> Expectation:
    """The outcome of the whole floor. Holds one rep's work at a time."""
    reps: dict[str, Expected] = {}
    handed_over: list[Deal] = []
    unattributed = 0
    for rep in floor.team():
        record = Record(rep)
        for deal in handed_over:
            record.add_deal(deal)
        handed_over = []
        for deed in work_of(floor, rep):
            whose = _whose(deed, rep.id)
            unattributed += whose is None
            if whose == rep.id:
                record.add(deed)
            elif whose and isinstance(deed, Deal):
                handed_over.append(deed)
        reps[rep.id] = expected_of(record, floor.ends_at)
    return Expectation(reps, unattributed)


def _whose(deed: Deed, rep: str) -> str | None:
    """The rep who gets the credit; None when Twenty and RedHawk name nobody."""
    if isinstance(deed, Deal):
        return deed.rep
    unknown = (isinstance(deed, Call) and deed.by_api_key) or (isinstance(deed, Training) and not deed.rep_known)
    return None if unknown else rep


def expected_of(record: Record, ends_at: datetime) -> Expected:
    """The standing that a rep's record comes to, as of `ends_at`."""
    rank, reached = climb(record.all_events(), record.zone)
    xp = reached.count("xp")
    return Expected(
        rep=record.rep.id,
        name=record.rep.name,
        total_xp=xp,
        level=level_of(xp),
        rank=rank,
        closed_deals=reached.count("deal"),
        total_calls=reached.count("call"),
        sub_thirty_calls=reached.count("sub_thirty"),
        over_two_minute_calls=reached.count("over_two_minutes"),
        appointments_set=reached.appointments.set,
        appointments_held=reached.appointments.held,
        streak_days=_streak(set(reached.days_with("active")), ends_at.astimezone(record.zone).date()),
        badges=frozenset(reached.badges),
        modules=reached.subjects("module"),
        certifications=reached.subjects("certification"),
        bosses=frozenset(f"boss_{level}" for level in reached.subjects("win")),
        exams=frozenset((exam, score) for exam, score in reached.exams.items() if score >= PASS_MARKS[exam]),
    )


def _streak(active_on: set[date], today: date) -> int:
    """Days in a row up to today, which may still come."""
    return sum(1 for _ in _back_from(today if today in active_on else today - timedelta(days=1), active_on))


def _back_from(on: date, active_on: set[date]) -> Iterator[date]:
    while on in active_on:
        yield on
        on -= timedelta(days=1)
