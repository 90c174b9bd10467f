"""Facts of notes: how they were read, over all their versions."""

from collections.abc import Iterable, Mapping, Sequence

from programs.progression.attribution import NOBODY, attribute
from programs.progression.contents import NoteContent, NoteTargetContent
from programs.progression.facts import CALL, Fact
from programs.progression.histories import EarlierState, State, as_of, earlier_states, times
from programs.progression.rules import Rules
from programs.progression.versions import Newest, Version, newest, newest_by_time

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
    targets = list(targets)
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
        form=_first(versions).form,
        disposition=content.disposition,
        duration_s=content.duration_s,
        reading=content.how,
        reasons=sure,
        waiting=(_reasons(versions, rules, of_title=True) | _reasons(versions, rules, of_title=False)) - sure,
        met_at=content.created_at if appointed else None,
        met_now=now.live and _sets_appointment(content),
        earlier=_earlier(note_id, versions, targets),
    )


def _first(versions: Sequence[Version[NoteContent]]) -> NoteContent:
    """The note as it was first written: which of the dialer's writers it was, no edit changes."""
    return newest_by_time(versions)[0][1].content if len(versions) > 1 else versions[0].content


def note_lead(note_id: str, targets: Iterable[Sequence[Version[NoteTargetContent]]]) -> str | None:
    """The person of the lowest live noteTarget id, else of the lowest ever seen; None when there is none."""
    return _lead_among(note_id, map(newest, targets))


def _lead_among(note_id: str, targets: Iterable[Newest[NoteTargetContent]]) -> str | None:
    pointing = [(not t.live, t.content.id, t.content.person_id) for t in targets if _names_lead(t.content, note_id)]
    return min(pointing)[2] if pointing else None


def _names_lead(content: NoteTargetContent, note_id: str) -> bool:
    return bool(content.person_id) and content.note_id == note_id


def _earlier(
    note_id: str, versions: Sequence[Version[NoteContent]], targets: Sequence[Sequence[Version[NoteTargetContent]]]
) -> tuple[EarlierState, ...]:
    """The first noteTarget reaches back to the note's beginning, as it is written seconds later."""
    if len(versions) == 1 and sum(map(len, targets)) <= 1:
        return ()
    notes = newest_by_time(versions)
    pointed = [newest_by_time(target) for target in targets]
    first_at = min((v.at for t in targets for v in t if _names_lead(v.content, note_id)), default=notes[0][0])
    states = []
    for at in times(notes, *pointed):
        seen_at = max(at, first_at)
        known = [as_of(target, seen_at) for target in pointed if target[0][0] <= seen_at]
        states.append((at, _state(as_of(notes, at), _lead_among(note_id, known) or note_id)))
    return earlier_states(states)


def _state(note: Newest[NoteContent], lead: str) -> State:
    content = note.content
    met = note.live and _sets_appointment(content)
    return State(note.live, content.kind, content.disposition, content.duration_s, lead, met=met, won=False)


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
