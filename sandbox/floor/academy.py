"""The academy: a rep's modules, exams, certifications, boss battles and mentorships, as RedHawk tells of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal

from sandbox.floor.shifts import Shift
from sandbox.floor.team import Floor, Rep, short_id

Kind = Literal["module", "exam", "certification", "battle", "mentorship"]

PASS_MARKS: Mapping[str, int] = {
    "module_0": 80,
    "module_1": 80,
    "module_2": 80,
    "module_3": 80,
    "module_4": 85,
    "module_5": 100,
    "module_6": 80,
    "operative_certification": 80,
    "senior_certification": 85,
}
EVENTS: Mapping[Kind, str] = {
    "module": "module.completed",
    "exam": "exam.submitted",
    "certification": "certification.awarded",
    "battle": "battle.ended",
    "mentorship": "mentorship.recorded",
}
# Each exam is open once its module is passed, and known under several names.
_EXAM_AFTER = {"module_5": "operative_certification", "module_6": "senior_certification"}
_WRITTEN = {
    "operative_certification": ("operative_certification", "operative"),
    "senior_certification": ("senior_certification", "senior_operative_cert", "senior_operative_certification"),
}
_CERTIFICATIONS = {"module_5": "tcpa", "operative_certification": "operative"}
_OUTCOMES = {"win": ("win", "won"), "lose": ("lose", "lost"), "abandon": ("abandon", "abandoned")}
_REDHAWK_PASSES_AT = 80
_TAKEN_AGAIN = 0.05
_GUEST = 0.01
_SENT_TWICE = 0.1


@dataclass(frozen=True, slots=True)
class Training:
    """A result at the academy. `subject` is the module, exam (canonical), certification, boss level or mentee;
    `score` is in percent. `rep_known` is False for a short id that nobody mapped. `sends` counts how often RedHawk
    posts it, at least."""

    at: datetime
    kind: Kind
    subject: str
    passed: bool
    message_id: str
    score: int | None = None
    rep_known: bool = True
    sends: int = 1
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Academy:
    """A rep's progress through the academy, session by session."""

    def __init__(self, floor: Floor, rep: Rep, rng: Random) -> None:
        self._floor, self._rep, self._rng = floor, rep, rng
        self._passed: list[str] = []
        self._boss = 1
        self._count = 0

    def day(self, shift: Shift) -> list[Training]:
        """What the rep does during a shift, in order of time."""
        habit, rng = self._rep.habit, self._rng
        sessions = int(habit.modules_a_day + habit.battles_a_day + rng.random())
        times = sorted(shift.moment(rng) for _ in range(sessions))
        done = [training for at in times for training in self._session(at)]
        return [*self._mentoring(shift), *done]

    def _session(self, at: datetime) -> Iterator[Training]:
        habit, rng = self._rep.habit, self._rng
        if rng.random() * (habit.modules_a_day + habit.battles_a_day) < habit.battles_a_day:
            yield self._battle(at)
            return
        subject = self._next_subject()
        passed = rng.random() < habit.passes
        yield self._attempt(at, subject, passed)
        if passed and subject not in self._passed:
            self._passed.append(subject)
            if subject in _CERTIFICATIONS:
                yield self._certified(at + timedelta(seconds=30), _CERTIFICATIONS[subject])

    def _next_subject(self) -> str:
        """The first module or exam that is not passed yet, sometimes one that is."""
        if self._passed and self._rng.random() < _TAKEN_AGAIN:
            return self._rng.choice(self._passed)
        exams = [exam for module, exam in _EXAM_AFTER.items() if module in self._passed]
        modules = [f"module_{number}" for number in range(self._rep.habit.last_module + 1)]
        coming = [subject for subject in [*exams, *modules] if subject not in self._passed]
        return coming[0] if coming else modules[-1]

    def _attempt(self, at: datetime, subject: str, passed: bool) -> Training:
        mark = PASS_MARKS[subject]
        score = self._rng.randint(mark, 100) if passed else self._rng.randint(35, mark - 1)
        # Both scales are in use.
        told = {"score": score / 100 if self._rng.random() < 0.5 else score, "completedAt": at.isoformat()}
        if subject.startswith("module"):
            known = self._rng.random() > _GUEST
            whose = self._rep.short_id if known else f"guest-{self._rep.short_id}"
            module = {"moduleId": subject.removeprefix("module_"), "repId": whose, "attemptId": self._key("module", at)}
            return self._training(at, "module", subject, passed, module | told, score=score, rep_known=known)
        exam = {"examId": self._key("exam", at), "examType": self._rng.choice(_WRITTEN[subject])}
        verdict = {"repId": self._rep.short_id, "passed": score >= _REDHAWK_PASSES_AT}
        return self._training(at, "exam", subject, passed, exam | verdict | told, score=score)

    def _certified(self, at: datetime, certification: str) -> Training:
        data = {"certificationId": certification, "repId": self._rep.short_id, "awardedAt": at.isoformat()}
        return self._training(at, "certification", certification, True, data)

    def _battle(self, at: datetime) -> Training:
        level = self._boss
        won = self._rng.random() < self._rep.habit.passes
        outcome = "win" if won else self._rng.choice(("lose", "abandon"))
        self._boss = min(5, level + won)
        data = {
            "sessionId": self._key("battle", at),
            "repId": self._rep.short_id,
            "level": level,
            "outcome": self._rng.choice(_OUTCOMES[outcome]),
            "score": self._rng.randint(60, 100) if won else self._rng.randint(0, 59),
            "completedAt": at.isoformat(),
        }
        return self._training(at, "battle", str(level), won, data)

    def _mentoring(self, shift: Shift) -> Iterator[Training]:
        """Who works at weekends takes the next rep along, on the first day; one only, so nobody gets to E-6 by it."""
        mentee = self._rep.index + 1
        if self._rep.habit.weekends and shift == self._rep.shifts[0] and mentee < self._floor.reps:
            at = shift.starts_at
            subject = short_id(mentee)
            pair = {"mentorRepId": self._rep.short_id, "menteeRepId": subject, "recordedAt": at.isoformat()}
            yield self._training(at, "mentorship", subject, True, pair)

    def _key(self, what: str, at: datetime) -> str:
        return f"{what}_{int(at.timestamp() * 1000)}_{self._rng.getrandbits(32):08x}"

    def _training(
        self,
        at: datetime,
        kind: Kind,
        subject: str,
        passed: bool,
        data: Mapping[str, Any],
        *,
        score: int | None = None,
        rep_known: bool = True,
    ) -> Training:
        self._count += 1
        message_id = f"msg_{self._floor.seed}_{self._rep.index}_{self._count}"
        sends = 2 if self._rng.random() < _SENT_TWICE else 1
        return Training(at, kind, subject, passed, message_id, score, rep_known, sends, data)
