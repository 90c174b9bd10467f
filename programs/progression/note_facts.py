"""Facts of notes: how they were read, over all their versions."""

from collections.abc import Iterable, Mapping, Sequence

from programs.progression.attribution import NOBODY, attribute
from programs.progression.contents import NoteContent, NoteTargetContent
from programs.progression.facts import CALL, Fact
from programs.progression.rules import Rules
from programs.progression.versions import Version, newest

APPOINTMENT = "APPOINTMENT"


def note_key(note_id: str) -> str:
    """The key of a note's fact."""
    return f"note:{note_id}"


def note_fact(
    note_id: str,
    versions: Sequence[Version[NoteContent]],
    targets: Iterable[Sequence[Version[NoteTargetContent]]],
    reps_by_hint: Mapping[str, str],
    rules: Rules,
    reps_by_lead: Mapping[str, str] = NOBODY,
) -> Fact:
    """A note's fact. `targets` holds the versions of each of its noteTargets, `reps_by_hint` the mapped API keys.

    `reps_by_lead` holds the assigned reps of leads. A rep whom the note does not name is as uncertain as a twin: all
    reasons wait for the watermark.
    """
    now = newest(versions)
    content = now.content
    lead = note_lead(note_id, targets)
    rep, rep_by = attribute(content.rep, lead, content.rep_hint, reps_by_lead, reps_by_hint)
    sure = _reasons(versions, rules, of_title=True) if content.rep else frozenset()
    appointed = any(_sets_appointment(version.content) for version in versions)
    return Fact(
        key=note_key(note_id),
        kind=content.kind,
        rep=rep,
        rep_by=rep_by,
        rep_hint=content.rep_hint,
        occurred_at=content.created_at,
        live=now.live,
        lead=lead or note_id,
        lead_known=lead is not None,
        form=content.form,
        disposition=content.disposition,
        duration_s=content.duration_s,
        reading=content.how,
        reasons=sure,
        waiting=(_reasons(versions, rules, of_title=True) | _reasons(versions, rules, of_title=False)) - sure,
        met_at=content.created_at if appointed else None,
        met_now=now.live and _sets_appointment(content),
    )


def note_lead(note_id: str, targets: Iterable[Sequence[Version[NoteTargetContent]]]) -> str | None:
    """The person of the lowest live noteTarget id, else of the lowest ever seen; None when there is none."""
    pointing = sorted(
        (not now.live, now.content.id, now.content.person_id)
        for now in map(newest, targets)
        if now.content.person_id and now.content.note_id == note_id
    )
    return pointing[0][2] if pointing else None


def _reasons(versions: Sequence[Version[NoteContent]], rules: Rules, *, of_title: bool) -> frozenset[str]:
    return frozenset[str]().union(
        *(
            call_reasons(version.content, rules)
            for version in versions
            if (version.content.duration_in == "title") is of_title
        )
    )


def call_reasons(content: NoteContent, rules: Rules) -> frozenset[str]:
    """What a call of this reading earns, as increments: dial, connect, two_plus; an inbound call earns nothing."""
    if content.kind != CALL:
        return frozenset()
    earned = {"dial"}
    if content.disposition in rules.connect_dispositions:
        earned.add("connect")
    if content.duration_s is not None and content.duration_s >= rules.xp.two_plus_from_s:
        earned.add("two_plus")
    return frozenset(earned)


def _sets_appointment(content: NoteContent) -> bool:
    return content.kind == CALL and content.disposition == APPOINTMENT
