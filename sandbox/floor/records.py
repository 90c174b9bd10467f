"""A rep's record: what the rules documents make of each thing that the rep did."""

from collections.abc import Iterable
from datetime import datetime, time

from sandbox.floor.academy import Training
from sandbox.floor.appointments import Sign, appointments
from sandbox.floor.calls import Call
from sandbox.floor.deals import Deal
from sandbox.floor.events import Event, What
from sandbox.floor.histories import Stood, Told, stood, told
from sandbox.floor.notes import SUB_THIRTY_S, TWO_PLUS_S
from sandbox.floor.shifts import zone_of
from sandbox.floor.team import Rep
from sandbox.floor.work import Deed

CALL_XP = {"dial": 2, "connect": 3, "two_plus": 15}
APPOINTMENT_XP = 100
DEAL_XP = 300
BOSS_XP = 100
MODULE_XP = {f"module_{number}": xp for number, xp in enumerate((50, 50, 50, 50, 75, 100, 300))}
EARLY_UNTIL = time(9)
_MET = ("MEETING", "PROPOSAL", "CUSTOMER")
_HELD = ("PROPOSAL", "CUSTOMER")
_WON = ("CUSTOMER",)


class Record:
    """Adds up a rep's deeds, in any order."""

    def __init__(self, rep: Rep) -> None:
        self.rep = rep
        self.zone = zone_of(rep.time_zone)
        self._events: list[Event] = []
        self._ever_signed: list[Sign] = []
        self._modules: dict[str, datetime] = {}

    def add(self, deed: Deed) -> None:
        """Notes that are no calls add nothing."""
        if isinstance(deed, Call):
            self.add_call(deed)
        elif isinstance(deed, Deal):
            self.add_deal(deed)
        elif isinstance(deed, Training):
            self.add_training(deed)

    def add_call(self, call: Call) -> None:
        """One call: XP for all that its first note ever said, figures by what each note said while it told of it."""
        first = call.notes[0]
        reasons = frozenset[str]().union(*(meant.reasons for meant in first.meanings))
        self._for_good("xp", first.at, sum(CALL_XP[reason] for reason in reasons))
        if call.appointed:
            self._ever_signed.append(Sign(first.at, call.lead_told))
        for each in told(call):
            self._count_call(each, call.lead_told)

    def _count_call(self, each: Told, lead: str) -> None:
        at, duration_s = each.note.at, each.meant.duration_s
        self._while_told("call", at, each)
        self._while_told("active", at, each)
        if duration_s is not None and duration_s < SUB_THIRTY_S:
            self._while_told("sub_thirty", at, each)
        if duration_s is not None and duration_s > TWO_PLUS_S:
            self._while_told("over_two_minutes", at, each)
        if at.astimezone(self.zone).time() < EARLY_UNTIL:
            self._while_told("early", at, each)
        if each.meant.disposition == "APPOINTMENT":
            self._while_told("sign", at, each, lead)

    def add_deal(self, deal: Deal) -> None:
        """An appointment from MEETING on, held from PROPOSAL on; 300 XP when it first gets to CUSTOMER."""
        met_at, held_at, won_at = (_first(deal, stages) for stages in (_MET, _HELD, _WON))
        lead = deal.lead_id or deal.id
        if met_at:
            self._ever_signed.append(Sign(met_at, lead))
        if won_at:
            self._for_good("xp", won_at, DEAL_XP)
        for each in stood(deal):
            if met_at and each.since >= met_at:
                self._while_told("sign", met_at, each, lead)
            if met_at and held_at and each.since >= held_at:
                self._while_told("held_sign", met_at, each, lead)
            if won_at and each.stage in _WON:
                self._while_told("deal", won_at, each)
            for at in filter(None, (met_at, held_at, won_at)):
                if each.since >= at:
                    self._while_told("active", at, each)

    def add_training(self, training: Training) -> None:
        """Modules pay once, battles for each win; everything keeps the streak."""
        at, subject = training.at, training.subject
        self._for_good("active", at)
        if training.kind == "module" and training.passed:
            self._modules[subject] = min(at, self._modules.get(subject, at))
        elif training.kind == "battle" and training.passed:
            self._for_good("win", at, subject=subject)
            self._for_good("xp", at, BOSS_XP * int(subject))
        elif training.kind == "certification":
            self._for_good("certification", at, subject=subject)
        elif training.kind == "exam":
            self._for_good("exam", at, training.score or 0, subject)

    def all_events(self) -> Iterable[Event]:
        """What moves figures, levels, badges and ranks, and from when until when."""
        yield from self._events
        for subject, at in self._modules.items():
            yield Event("module", at, at, subject=subject)
            yield Event("xp", at, at, amount=MODULE_XP[subject])
        for each in appointments(self._ever_signed):
            yield Event("xp", each.set_at, each.set_at, amount=APPOINTMENT_XP)

    def _for_good(self, what: What, at: datetime, amount: int = 1, subject: str = "") -> None:
        self._events.append(Event(what, at, at, amount=amount, subject=subject))

    def _while_told(self, what: What, at: datetime, each: Told | Stood, subject: str = "") -> None:
        self._events.append(Event(what, at, each.since, each.until, subject=subject))


def _first(deal: Deal, stages: tuple[str, ...]) -> datetime | None:
    return next((at for at, stage in deal.stages if stage in stages), None)
