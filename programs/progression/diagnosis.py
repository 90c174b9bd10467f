"""Diagnosis: the training that a rep's figures call for, and what they show the rep to be good at.

The seed's point: progression "is diagnostic data that tells both the rep AND leadership where to focus training".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

from programs.progression.diagnosis_rules import DiagnosisRules
from programs.progression.figures import Figures
from programs.progression.row_json import Json
from programs.progression.rules import Rules

Kind = Literal["train", "strength", "not_enough_data"]
Subject = Literal["opener", "voicemail", "engagement", "closer", "show_up"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the figures say of one subject: one sentence, and the numbers in it (counts; `bound` in percent).

    `not_enough_data` says how many are there and how many are needed (`have`, `need`).
    """

    kind: Kind
    subject: Subject
    why: str
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Shows:
    """Appointments that had time to be held, and those of them that were."""

    held: int
    due: int


@dataclass(frozen=True, slots=True)
class _Sample:
    """The calls that a share is of: how many, and what they are called."""

    size: int
    what: str


def diagnose(figures: Figures, recent: Figures, rules: Rules) -> tuple[Finding, ...]:
    """What to train, what is strong, and of what there is not enough data; at most one finding a subject.

    `recent` are the figures of the last 7 days: an appointment set in them may still be held.

    To train, one cause is named, the first that holds, because it explains those after it (the seed's scenarios):

    1. voicemail: few connects and no voicemail left. Calls that nobody answers and that leave no message are short,
       so they say nothing of the opener yet.
    2. opener: the sub-30s drop rate. Who hangs up can neither talk long nor set an appointment.
    3. engagement: enough connects and people stay, but few calls go beyond two minutes.
    4. closer: good conversations, few appointments.

    Low connects with voicemails left are none of these. Beside it show_up, which no call explains: appointments set
    before the last 7 days (D) and not held. A strength is a metric within the bronze tier of its badge, over all
    calls. What is said of durations must hold whatever the calls of unknown duration were.
    """
    shows = _Shows(
        held=figures.appointments_held - recent.appointments_held,
        due=figures.appointments_set - recent.appointments_set,
    )
    return (
        *_to_train(figures, shows, rules),
        *_strengths(figures, shows, rules),
        *_missing(figures, shows, rules.diagnosis),
    )


def as_json(findings: tuple[Finding, ...]) -> list[Json]:
    """[{kind, subject, why, numbers}], in order of importance."""
    return [
        {"kind": found.kind, "subject": found.subject, "why": found.why, "numbers": dict(found.numbers)}
        for found in findings
    ]


def _to_train(figures: Figures, shows: _Shows, rules: Rules) -> Iterator[Finding]:
    bounds = rules.diagnosis
    if figures.total_calls >= bounds.least_calls and _leaves_no_message(figures, bounds):
        yield _voicemail(figures, bounds)
    elif figures.known_duration_calls >= bounds.least_calls:
        yield from _of_conversations(figures, rules)
    if shows.due >= bounds.least_appointments and not _shows_up(shows, bounds):
        yield _show_up("train", shows, rules)


def _of_conversations(figures: Figures, rules: Rules) -> Iterator[Finding]:
    bounds, known = rules.diagnosis, figures.known_duration_calls
    if not _below(figures.sub_thirty_calls, figures.total_calls, bounds.drop_from):
        yield _opener("train", figures, _calls(figures), rules)
    elif _connects_low(figures, bounds) or not _below(figures.sub_thirty_calls, known, bounds.drop_from):
        return
    elif _below(figures.over_two_minute_calls, known, bounds.two_minutes_below):
        yield _engagement("train", figures, _known(figures), rules)
    elif _below(figures.appointments_set, figures.total_calls, bounds.appointments_below):
        yield _closer("train", figures, bounds)


def _strengths(figures: Figures, shows: _Shows, rules: Rules) -> Iterator[Finding]:
    bounds, calls, known = rules.diagnosis, figures.total_calls, figures.known_duration_calls
    if known >= bounds.least_calls:
        if _below(figures.sub_thirty_calls, known, bounds.drop_from):
            yield _opener("strength", figures, _known(figures), rules)
        if not _below(figures.over_two_minute_calls, calls, bounds.two_minutes_below):
            yield _engagement("strength", figures, _calls(figures), rules)
    if calls >= bounds.least_calls and not _below(figures.appointments_set, calls, bounds.appointments_below):
        yield _closer("strength", figures, bounds)
    if shows.due >= bounds.least_appointments and _shows_up(shows, bounds):
        yield _show_up("strength", shows, rules)


def _missing(figures: Figures, shows: _Shows, bounds: DiagnosisRules) -> Iterator[Finding]:
    samples: tuple[tuple[Subject, str, int, int], ...] = (
        ("voicemail", "calls", figures.total_calls, bounds.least_calls),
        ("opener", "calls of known duration", figures.known_duration_calls, bounds.least_calls),
        ("engagement", "calls of known duration", figures.known_duration_calls, bounds.least_calls),
        ("closer", "calls", figures.total_calls, bounds.least_calls),
        ("show_up", "appointments set before the last days", shows.due, bounds.least_appointments),
    )
    for subject, what, have, need in samples:
        if have < need:
            why = f"There are {have} of the {need} {what} that it takes to tell."
            yield Finding("not_enough_data", subject, why, {"have": have, "need": need})


def _below(have: int, of: int, percent: int) -> bool:
    """Compares counts, not a rounded rate."""
    return have * 100 < percent * of


def _connects_low(figures: Figures, bounds: DiagnosisRules) -> bool:
    return _below(figures.connects, figures.total_calls, bounds.connects_below)


def _leaves_no_message(figures: Figures, bounds: DiagnosisRules) -> bool:
    return _connects_low(figures, bounds) and figures.voicemails <= bounds.voicemails_up_to


def _shows_up(shows: _Shows, bounds: DiagnosisRules) -> bool:
    return not _below(shows.held, shows.due, bounds.shows_below)


def _voicemail(figures: Figures, bounds: DiagnosisRules) -> Finding:
    calls, connects, voicemails = figures.total_calls, figures.connects, figures.voicemails
    why = (
        f"{connects} of {calls} calls reached somebody ({_share(connects, calls)}, low is below"
        f" {bounds.connects_below} %) and {voicemails} are noted as VOICEMAIL: without messages few people call back,"
        " whatever the leads are like."
    )
    numbers = {"totalCalls": calls, "connects": connects, "voicemails": voicemails, "bound": bounds.connects_below}
    return Finding("train", "voicemail", why, numbers)


def _calls(figures: Figures) -> _Sample:
    return _Sample(figures.total_calls, "calls")


def _known(figures: Figures) -> _Sample:
    return _Sample(figures.known_duration_calls, "calls of known duration")


def _opener(kind: Kind, figures: Figures, of: _Sample, rules: Rules) -> Finding:
    dropped, bound = figures.sub_thirty_calls, rules.diagnosis.drop_from
    why = (
        f"{dropped} of {of.size} {of.what} ended within {rules.metrics.sub_thirty_below_s} s"
        f" ({_share(dropped, of.size)}, wanted is below {bound} %)."
    )
    return Finding(kind, "opener", why, {"subThirtyCalls": dropped, "calls": of.size, "bound": bound})


def _engagement(kind: Kind, figures: Figures, of: _Sample, rules: Rules) -> Finding:
    long, bound = figures.over_two_minute_calls, rules.diagnosis.two_minutes_below
    why = (
        f"{long} of {of.size} {of.what} went beyond {rules.metrics.two_minutes_above_s} s"
        f" ({_share(long, of.size)}, wanted is {bound} % or more)."
    )
    return Finding(kind, "engagement", why, {"overTwoMinuteCalls": long, "calls": of.size, "bound": bound})


def _closer(kind: Kind, figures: Figures, bounds: DiagnosisRules) -> Finding:
    count, calls, bound = figures.appointments_set, figures.total_calls, bounds.appointments_below
    why = f"Appointments set in {calls} calls: {count} ({_share(count, calls)}, wanted is {bound} % or more)"
    why += ", while people connect, stay and talk long." if kind == "train" else "."
    return Finding(kind, "closer", why, {"appointmentsSet": count, "totalCalls": calls, "bound": bound})


def _show_up(kind: Kind, shows: _Shows, rules: Rules) -> Finding:
    bound = rules.diagnosis.shows_below
    why = (
        f"{shows.held} of {shows.due} appointments set before the last {rules.metrics.recent_days} days were held"
        f" ({_share(shows.held, shows.due)}, wanted is {bound} % or more)."
    )
    return Finding(kind, "show_up", why, {"appointmentsHeld": shows.held, "appointmentsDue": shows.due, "bound": bound})


def _share(have: int, of: int) -> str:
    return f"{(Decimal(100 * have) / of).quantize(Decimal('0.01'), ROUND_HALF_EVEN)} %"
