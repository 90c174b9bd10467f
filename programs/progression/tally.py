"""A running count of what a rep has done, moment by moment."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from programs.progression.cadence import full_cadence
from programs.progression.facts import Fact
from programs.progression.figures import Figures
from programs.progression.rules import Rules

VOICEMAIL = "VOICEMAIL"


@dataclass(slots=True)
class Tally:
    """Grows while the fold goes through a rep's moments; `figures` is what gates look at."""

    rules: Rules
    xp: int = 0
    calls: int = 0
    known_durations: int = 0
    sub_thirty: int = 0
    over_two_minutes: int = 0
    connects: int = 0
    voicemails: int = 0
    appointments_set: int = 0
    appointments_held: int = 0
    deals: int = 0
    touch_days: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    full_cadences: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    badges: set[str] = field(default_factory=set)
    exams: dict[str, Decimal] = field(default_factory=dict)
    unscored_exams: set[str] = field(default_factory=set)
    certifications: set[str] = field(default_factory=set)
    bosses: set[str] = field(default_factory=set)
    mentees: set[str] = field(default_factory=set)

    def add_call(self, fact: Fact, on: date) -> None:
        """A call on a day in the rep's time zone."""
        self.calls += 1
        self.connects += fact.disposition in self.rules.connect_dispositions
        self.voicemails += fact.disposition == VOICEMAIL
        if fact.duration_s is not None:
            self.known_durations += 1
            self.sub_thirty += fact.duration_s < self.rules.metrics.sub_thirty_below_s
            self.over_two_minutes += fact.duration_s > self.rules.metrics.two_minutes_above_s
        self._touch(fact.lead or fact.key, on)

    def _touch(self, lead: str, on: date) -> None:
        days = self.touch_days[lead]
        if on not in days:
            days.add(on)
            if lead not in self.full_cadences and full_cadence(days, self.rules):
                self.full_cadences.add(lead)

    def add_exam(self, exam: str, score: Decimal | None) -> None:
        """The best score of an exam counts; without a score it is known only that the exam was passed."""
        if score is None:
            self.unscored_exams.add(exam)
        else:
            self.exams[exam] = max(score, self.exams.get(exam, score))

    def figures(self) -> Figures:
        """The figures at this moment."""
        return Figures(
            total_xp=self.xp,
            total_calls=self.calls,
            known_duration_calls=self.known_durations,
            sub_thirty_calls=self.sub_thirty,
            over_two_minute_calls=self.over_two_minutes,
            connects=self.connects,
            voicemails=self.voicemails,
            appointments_set=self.appointments_set,
            appointments_held=self.appointments_held,
            closed_deals=self.deals,
            leads_called=len(self.touch_days),
            leads_full_cadence=len(self.full_cadences),
            modules=frozenset(self.modules),
            badges=frozenset(self.badges),
            exams=dict(self.exams),
            unscored_exams=frozenset(self.unscored_exams),
            certifications=frozenset(self.certifications),
            mentees=len(self.mentees),
        )
