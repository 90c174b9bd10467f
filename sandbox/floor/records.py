"""A rep's record: what the rules documents make of each thing that the rep did."""

from datetime import date, datetime

from sandbox.floor.academy import PASS_MARKS, Training
from sandbox.floor.appointments import Sign, appointments
from sandbox.floor.calls import Call, CallNote
from sandbox.floor.deals import Deal
from sandbox.floor.ladder import Event, What
from sandbox.floor.notes import Meant
from sandbox.floor.shifts import zone_of
from sandbox.floor.team import Rep
from sandbox.floor.work import Deed

CALL_XP = {"dial": 2, "connect": 3, "two_plus": 15}
APPOINTMENT_XP = 100
DEAL_XP = 300
BOSS_XP = 100
MODULE_XP = {f"module_{number}": xp for number, xp in enumerate((50, 50, 50, 50, 75, 100, 300))}
SUB_THIRTY_S = 30
TWO_MINUTES_S = 120
_MET = ("MEETING", "PROPOSAL", "CUSTOMER")
_HELD = ("PROPOSAL", "CUSTOMER")
_WON = ("CUSTOMER",)


class Record:
    """Adds up a rep's deeds, in any order."""

    def __init__(self, rep: Rep) -> None:
        self.rep = rep
        self.zone = zone_of(rep.time_zone)
        self.over_two_minutes = 0
        self.active_on: set[date] = set()
        self.modules: dict[str, datetime] = {}
        self.certifications: set[str] = set()
        self.bosses: set[str] = set()
        self.exams: dict[str, int] = {}
        self._events: list[Event] = []
        self._signs: list[Sign] = []

    def add(self, deed: Deed) -> None:
        """Notes that are no calls add nothing."""
        if isinstance(deed, Call):
            self.add_call(deed)
        elif isinstance(deed, Deal):
            self.add_deal(deed)
        elif isinstance(deed, Training):
            self.add_training(deed)

    def add_call(self, call: Call) -> None:
        """One call: XP for all that its first note ever said, figures by what the note says that is there."""
        first = call.notes[0]
        reasons = frozenset[str]().union(*(meant.reasons for meant in first.meanings))
        self._xp(first.at, sum(CALL_XP[reason] for reason in reasons))
        told_by = next((note for note in call.notes if note.live), None)
        if told_by is None:
            self._event(first.at, "call", stands=False)
        else:
            self._count_call(told_by)
        if call.appointed:
            stands = told_by is not None and _last(told_by).disposition == "APPOINTMENT"
            self._signs.append(Sign(first.at, call.lead_told, stands))

    def _count_call(self, note: CallNote) -> None:
        duration_s = _last(note).duration_s
        self._active(note.at)
        self._event(note.at, "call")
        if duration_s is not None and duration_s < SUB_THIRTY_S:
            self._event(note.at, "sub_thirty")
        self.over_two_minutes += duration_s is not None and duration_s > TWO_MINUTES_S

    def add_deal(self, deal: Deal) -> None:
        """An appointment from MEETING on, held from PROPOSAL on; 300 XP when it first gets to CUSTOMER."""
        met_at, held_at, won_at = (_first(deal, stages) for stages in (_MET, _HELD, _WON))
        if met_at:
            self._signs.append(Sign(met_at, deal.lead_id or deal.id, deal.live, held_at is not None))
        if won_at:
            self._xp(won_at, DEAL_XP)
            self._event(won_at, "deal", stands=deal.live and deal.stages[-1][1] in _WON)
        if deal.live:
            self._active(*filter(None, (met_at, held_at, won_at)))

    def add_training(self, training: Training) -> None:
        """Modules pay once, battles for each win; everything keeps the streak."""
        self._active(training.at)
        if training.kind == "module" and training.passed:
            self.modules.setdefault(training.subject, training.at)
        elif training.kind == "battle" and training.passed:
            self.bosses.add(f"boss_{training.subject}")
            self._xp(training.at, BOSS_XP * int(training.subject))
        elif training.kind == "certification":
            self.certifications.add(training.subject)
        elif training.kind == "exam":
            self._add_exam(training)

    def _add_exam(self, training: Training) -> None:
        score, exam = training.score or 0, training.subject
        self._event(training.at, "exam", score, exam)
        if score >= PASS_MARKS[exam]:
            self.exams[exam] = max(score, self.exams.get(exam, 0))

    def all_events(self) -> list[Event]:
        """What moves levels and ranks. What was taken back is there too, and says so."""
        ever = appointments(self._signs)
        standing = appointments(sign for sign in self._signs if sign.stands)
        return [
            *self._events,
            *(Event(at, "module", subject=subject) for subject, at in self.modules.items()),
            *(Event(at, "xp", MODULE_XP[subject]) for subject, at in self.modules.items()),
            *(Event(each.set_at, "xp", APPOINTMENT_XP) for each in ever),
            *(Event(each.set_at, "appointment") for each in standing),
            *(Event(each.set_at, "appointment", stands=False) for each in ever[len(standing) :]),
        ]

    def appointments_held(self) -> int:
        return sum(each.held for each in appointments(sign for sign in self._signs if sign.stands))

    def _xp(self, at: datetime, amount: int) -> None:
        self._event(at, "xp", amount)

    def _event(self, at: datetime, what: What, amount: int = 1, subject: str = "", *, stands: bool = True) -> None:
        self._events.append(Event(at, what, amount, subject, stands))

    def _active(self, *times: datetime) -> None:
        self.active_on.update(at.astimezone(self.zone).date() for at in times)


def _last(note: CallNote) -> Meant:
    return note.meanings[-1]


def _first(deal: Deal, stages: tuple[str, ...]) -> datetime | None:
    return next((at for at, stage in deal.stages if stage in stages), None)
