"""The schedule: every action of the floor in order of time, made as it is asked for."""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush, merge
from itertools import count

from sandbox.floor.academy import EVENTS, Training
from sandbox.floor.actions import Action, Post, Write
from sandbox.floor.calls import Call, CallNote
from sandbox.floor.corrections import Change
from sandbox.floor.deals import Deal, Step
from sandbox.floor.notes import fields, written
from sandbox.floor.team import Floor, Rep
from sandbox.floor.work import Deed, OtherNote, work_of

_REMARK = "Asked about the roof."


def schedule(floor: Floor) -> Iterator[Action]:
    """Every action of the floor, by time.

    At any moment only what is already decided and still to come is held: the rest of each rep's hour, and the days of
    deals.
    """
    return merge(*(_actions_of(floor, rep) for rep in floor.team()), key=lambda action: action.at)


def _actions_of(floor: Floor, rep: Rep) -> Iterator[Action]:
    """A rep's actions in order: what a deed leads to later waits until its time has come."""
    waiting: list[tuple[object, int, Action]] = []
    ticket = count()
    for deed in work_of(floor, rep):
        while waiting and waiting[0][2].at <= deed.at:
            yield heappop(waiting)[2]
        for action in _actions(deed, rep):
            heappush(waiting, (action.at, next(ticket), action))
    while waiting:
        yield heappop(waiting)[2]


def _actions(deed: Deed, rep: Rep) -> Iterable[Action]:
    if isinstance(deed, Call):
        return _call(deed, rep)
    if isinstance(deed, Deal):
        return _deal(deed)
    if isinstance(deed, OtherNote):
        return _other_note(deed, rep)
    return _training(deed, rep)


def _call(call: Call, rep: Rep) -> Iterator[Action]:
    if call.is_new_lead:
        first, _, last = call.lead.name.partition(" ")
        person = {
            "name": {"firstName": first, "lastName": last},
            "phones": {"primaryPhoneNumber": call.lead.phone},
        }
        yield Write(call.at, "create", None, "people", call.lead.id, person)
    for note in call.notes:
        yield from _call_note(note, call, None if call.by_api_key else rep.id)


def _call_note(note: CallNote, call: Call, by: str | None) -> Iterator[Action]:
    name = _called(call)
    words = written(note.form, note.meant, name, _REMARK)
    yield Write(note.at, "create", by, "notes", note.id, fields(words, note.form))
    if note.target_id:
        target = {"noteId": note.id, "targetPersonId": call.lead.id}
        yield Write(note.at, "create", by, "noteTargets", note.target_id, target)
    for change in note.changes:
        yield _change(change, note, name, by)


def _called(call: Call) -> str:
    """The lead's name, or the number that today's dialer writes in its place."""
    return call.lead.phone if call.at.second % 2 else call.lead.name


def _change(change: Change, note: CallNote, name: str, by: str | None) -> Write:
    title = {"title": written(note.form, change.meant, name, _REMARK)[0]} if change.meant else {}
    return Write(change.at, change.kind, by, "notes", note.id, title)


def _other_note(note: OtherNote, rep: Rep) -> Iterator[Action]:
    words = {"title": note.title, "bodyV2": {"markdown": note.body, "blocknote": None}}
    yield Write(note.at, "create", rep.id, "notes", note.id, words)
    if note.destroyed_at:
        yield Write(note.destroyed_at, "destroy", rep.id, "notes", note.id)


def _deal(deal: Deal) -> Iterator[Action]:
    row = {
        "name": deal.name,
        "stage": deal.stage,
        "amount": {"amountMicros": deal.amount * 1_000_000, "currencyCode": "USD"},
        "pointOfContactId": deal.lead_id,
        "ownerId": deal.owner,
    }
    yield Write(deal.at, "create", deal.creator, "opportunities", deal.id, row)
    by = deal.creator
    for step in deal.steps:
        yield _step(step, deal, by)
        by = step.value if step.kind == "owner" else by


def _step(step: Step, deal: Deal, by: str | None) -> Write:
    if step.kind in ("soft_delete", "restore"):
        return Write(step.at, step.kind, by, "opportunities", deal.id)
    name = "stage" if step.kind == "stage" else "ownerId"
    return Write(step.at, "update", by, "opportunities", deal.id, {name: step.value})


def _training(training: Training, rep: Rep) -> Iterator[Action]:
    event = {"type": EVENTS[training.kind], "timestamp": training.at.isoformat(), "data": dict(training.data)}
    yield Post(training.at, rep.short_id, training.message_id, event, training.sends)
