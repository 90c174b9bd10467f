"""A running count of what a rep has done, moment by moment."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal

from programs.progression.appointment_counts import AppointmentCounts
from programs.progression.call_days import CallCounts, CallDays
from programs.progression.contributions import Contribution, CountedCall
from programs.progression.dispositions import VOICEMAIL
from programs.progression.figures import Figures
from programs.progression.lead_touches import LeadTouches
from programs.progression.rules import Rules
from programs.progression.streaks import streak_days

CALLS = "calls"
EARLY = "early calls"
APPOINTED = "appointments"
CLOSED = "deals"
ACTIVE = "active days"
FOUGHT = "battles"


@dataclass(slots=True)
class Tally:
    """Follows the fold through a rep's moments; `figures` is what gates look at, `moved` what badges look after."""

    rules: Rules
    time_zone: tzinfo
    xp: int = 0
    calls: CallCounts = field(default_factory=CallCounts)
    connects: int = 0
    voicemails: int = 0
    early_calls: int = 0
    deals: int = 0
    call_days: CallDays = field(default_factory=CallDays)
    active_on: Counter[date] = field(default_factory=Counter)
    modules: set[str] = field(default_factory=set)
    badges: set[str] = field(default_factory=set)
    exams: dict[str, Decimal] = field(default_factory=dict)
    unscored_exams: set[str] = field(default_factory=set)
    certifications: set[str] = field(default_factory=set)
    bosses: set[str] = field(default_factory=set)
    mentees: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    appointments: AppointmentCounts = field(init=False)
    touches: LeadTouches = field(init=False)

    def __post_init__(self) -> None:
        self.appointments = AppointmentCounts(self.rules.appointment_window_days, self.time_zone)
        self.touches = LeadTouches(self.rules)

    def exchange(self, before: Contribution, after: Contribution) -> None:
        """A record's old contribution goes, its new one comes."""
        self._count(before, -1)
        self._count(after, 1)

    def _count(self, found: Contribution, by: int) -> None:
        if found.call is not None:
            self._count_call(found.call, by)
        if found.point is not None:
            change = self.appointments.add if by > 0 else self.appointments.take
            change(found.point)
            self.moved.add(APPOINTED)
        if found.deal:
            self.deals += by
            self.moved.add(CLOSED)
        for at in found.active_at:
            self.count_activity(at.astimezone(self.time_zone).date(), by)

    def _count_call(self, call: CountedCall, by: int) -> None:
        local = call.occurred_at.astimezone(self.time_zone)
        counts = self._counts_of(call)
        self.calls.add(counts, by)
        self.call_days.add(local.date(), counts, by)
        self.connects += by * (call.disposition in self.rules.connect_dispositions)
        self.voicemails += by * (call.disposition == VOICEMAIL)
        touch = self.touches.add if by > 0 else self.touches.take
        touch(call.lead, local.date())
        self.moved.add(CALLS)
        if local.hour < self.rules.badges.early_before_hour:
            self.early_calls += by
            self.moved.add(EARLY)
        self.count_activity(local.date(), by)

    def _counts_of(self, call: CountedCall) -> CallCounts:
        if call.duration_s is None:
            return CallCounts(1)
        metrics = self.rules.metrics
        is_drop = call.duration_s < metrics.sub_thirty_below_s
        return CallCounts(1, 1, int(is_drop), int(call.duration_s > metrics.two_minutes_above_s))

    def count_activity(self, on: date, by: int = 1) -> None:
        """Something that keeps the streak, on a day in the rep's time zone."""
        self.active_on[on] += by
        if not self.active_on[on]:
            del self.active_on[on]
        elif self.active_on[on] == by:
            self.moved.add(ACTIVE)

    def win_battle(self, boss: str) -> None:
        """A boss (`boss_<level>`) was beaten."""
        self.bosses.add(boss)
        self.moved.add(FOUGHT)

    def add_exam(self, exam: str, score: Decimal | None) -> None:
        """The best score of an exam counts; without a score it is known only that the exam was passed."""
        if score is None:
            self.unscored_exams.add(exam)
        else:
            self.exams[exam] = max(score, self.exams.get(exam, score))

    def streak(self, at: datetime) -> int:
        """The streak in days as it stood at a moment."""
        return streak_days(self.active_on, at.astimezone(self.time_zone).date())

    def figures(self) -> Figures:
        """The figures at this moment."""
        return Figures(
            total_xp=self.xp,
            total_calls=self.calls.calls,
            known_duration_calls=self.calls.known_durations,
            sub_thirty_calls=self.calls.sub_thirty,
            over_two_minute_calls=self.calls.over_two_minutes,
            connects=self.connects,
            voicemails=self.voicemails,
            appointments_set=self.appointments.set,
            appointments_held=self.appointments.held,
            closed_deals=self.deals,
            leads_called=self.touches.called,
            leads_full_cadence=self.touches.in_full,
            modules=frozenset(self.modules),
            badges=frozenset(self.badges),
            exams=dict(self.exams),
            unscored_exams=frozenset(self.unscored_exams),
            certifications=frozenset(self.certifications),
            mentees=len(self.mentees),
        )
