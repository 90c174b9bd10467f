"""The recorded steps, made in the sandbox: what it sends is equal to what Twenty sent, key for key."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from webhook_receiver import Receiver, open_receiver, wait_until

from sandbox.twenty import SandboxTwenty

RECORDED = Path(__file__).parents[1] / "recordings" / "deliveries-by-step.jsonl"
SECRET = "s3cret-for-tests-0000000000000000"
HEADERS = {"Authorization": "Bearer key"}
TIM = "20202020-0687-4c41-b707-ed1bfca972a7"
TIMS_USER = "20202020-9e3b-46d4-a556-88b9ddc2b034"

# Recorded with a repProgression of other fields, and at another time, with other ids.
NAMES = {"externalKey": "workspaceMemberId", "points": "totalXp", "payload": "badges", "stage": "currentRank"}
DEFAULTS = {"totalXp": 0, "currentRank": "BRONZE"}
"""What the recorded `points` and `stage` hold unless told otherwise."""
SYSTEM = ("name", "id", "createdAt", "createdBy", "deletedAt", "position", "updatedAt", "updatedBy", "searchVector")
VOLATILE = {"targetUrl", "webhookId", "eventDate", "id", "createdAt", "updatedAt", "deletedAt", "position"}
VOLATILE |= {"searchVector", "blocknote", "noteId", "targetOpportunityId", "recordId"}
VOLATILE |= {"objectMetadataId", "universalIdentifier"}

Body = dict[str, Any]


class Steps:
    """Makes the recorded steps by their names; `sent[step]` are the deliveries that came of each."""

    def __init__(self, twenty: SandboxTwenty, base: str, receiver: Receiver) -> None:
        self.twenty, self.base, self.receiver = twenty, base, receiver
        self.sent: dict[str, list[tuple[dict[str, str], Body]]] = {}

    def call(self, step: str, method: str, path: str, sent: Any = None) -> Any:
        def send() -> Any:
            answer = requests.request(method, f"{self.base}/{path}", json=sent, headers=HEADERS, timeout=5)
            assert answer.ok, answer.text
            return next(iter(answer.json()["data"].values()))

        return self.make(step, send)

    def make(self, step: str, act: Callable[[], Any]) -> Any:
        before = len(self.receiver.posts)
        answer = act()
        wait_until(lambda: self.twenty.webhooks_waiting == 0)
        posts = self.receiver.posts[before:]
        self.sent[step] = [(headers, json.loads(raw)) for headers, raw in posts]
        return answer


@pytest.fixture(scope="module")
def recorded() -> dict[str, list[tuple[dict[str, str], Body]]]:
    steps: dict[str, list[tuple[dict[str, str], Body]]] = {}
    for line in RECORDED.read_text().splitlines():
        delivery = json.loads(line)
        body = json.loads(delivery["raw"]) if delivery["raw"] else delivery["body"]
        steps.setdefault(delivery["step"], []).append((delivery["headers"], body))
    return steps


@pytest.fixture(scope="module")
def made() -> Iterator[Steps]:
    twenty = SandboxTwenty("key", tokens=None)
    tim = {"firstName": "Tim", "lastName": "Apple"}
    by = {"source": "MANUAL", "workspaceMemberId": None, "name": "System", "context": None}
    member = {"id": TIM, "userId": TIMS_USER, "name": tim, "userEmail": "tim@apple.dev"}
    twenty.put("workspaceMembers", member | {"createdBy": by, "updatedBy": by})
    with open_receiver() as receiver:
        twenty.register_webhook(receiver.url, ["*.*"], SECRET)
        steps = Steps(twenty, f"{twenty.start()}/rest", receiver)
        _as_api_key(steps)
        _as_tim(steps)
        _create_field(steps)
        yield steps
        twenty.stop()


def _as_api_key(steps: Steps) -> None:
    note = steps.call("note-created", "POST", "notes", {"title": "hook note", "bodyV2": {"markdown": "hi"}})["id"]
    steps.call("note-updated-title", "PATCH", f"notes/{note}", {"title": "hook note 2"})
    steps.call("nothing-changed", "PATCH", f"notes/{note}", {"title": "hook note 2"})
    steps.call("note-updated-body", "PATCH", f"notes/{note}", {"bodyV2": {"markdown": "changed"}})
    deal = steps.call("deal", "POST", "opportunities", {"name": "hook opp", "stage": "NEW"})["id"]
    steps.call("noteTarget-created", "POST", "noteTargets", {"noteId": note, "targetOpportunityId": deal})
    steps.call("opp-stage", "PATCH", f"opportunities/{deal}", {"stage": "MEETING"})
    amount = {"amountMicros": 5000000, "currencyCode": "EUR"}
    steps.call("opp-amount", "PATCH", f"opportunities/{deal}", {"amount": amount})
    task = steps.call("task-created", "POST", "tasks", {"title": "hook task", "dueAt": "2026-12-01"})["id"]
    steps.call("task-updated", "PATCH", f"tasks/{task}", {"status": "DONE"})
    steps.call("note-soft-deleted", "DELETE", f"notes/{note}?soft_delete=true")
    steps.call("note-patch-while-deleted", "PATCH", f"notes/{note}", {"title": "while deleted"})
    steps.call("note-restored-many", "PATCH", f"restore/notes?filter=id[eq]:{note}")
    steps.call("restored-again", "PATCH", f"restore/notes?filter=id[eq]:{note}")
    steps.call("note-destroyed", "DELETE", f"notes/{note}")
    _progressions(steps)


def _progressions(steps: Steps) -> None:
    sent = DEFAULTS | {"name": "hook rp", "workspaceMemberId": "hook-1", "totalXp": 1, "badges": {"k": "v"}}
    row = steps.call("rp-created", "POST", "repProgressions", sent)["id"]
    changes = {"totalXp": 2, "currentRank": "SILVER", "badges": {"k": "v2"}}
    steps.call("rp-updated", "PATCH", f"repProgressions/{row}", changes)
    upsert = "repProgressions?upsert=true"
    steps.call("rp-upsert-existing", "POST", upsert, {"workspaceMemberId": "hook-1", "totalXp": 3})
    steps.call("rp-upsert-new", "POST", upsert, DEFAULTS | {"workspaceMemberId": "hook-2", "totalXp": 3})
    steps.call("rp-soft-deleted", "DELETE", f"repProgressions/{row}?soft_delete=true")
    steps.call("rp-upsert-on-soft-deleted", "POST", upsert, {"workspaceMemberId": "hook-1", "totalXp": 4})
    steps.call("rp-destroyed", "DELETE", f"repProgressions/{row}")
    batch = [DEFAULTS | {"name": f"hb{number}", "workspaceMemberId": f"hb-{number}"} for number in range(3)]
    steps.call("batch-3", "POST", "batch/repProgressions", batch)
    steps.call("workspaceMember-updated", "PATCH", f"workspaceMembers/{TIM}", {"jobTitle": "CEO"})


def _as_tim(steps: Steps) -> None:
    tim = steps.twenty.as_member(TIM)
    note = steps.make("user-note-create", lambda: tim.create("notes", {"title": "by tim"}))["id"]
    steps.make("user-note-update", lambda: tim.update("notes", note, {"title": "by tim 2"}))
    steps.call("api-update-of-user-note", "PATCH", f"notes/{note}", {"title": "by api 3"})
    steps.make("user-update-of-user-note", lambda: tim.update("notes", note, {"title": "by tim 4"}))
    steps.make("user-rest-update", lambda: tim.update("notes", note, {"title": "by tim rest"}))
    steps.make("user-note-delete", lambda: tim.soft_delete("notes", note))
    steps.make("user-note-restore", lambda: tim.restore("notes", note))
    steps.make("user-note-destroy", lambda: tim.destroy("notes", note))
    steps.make("user-opp-create", lambda: tim.create("opportunities", {"name": "tim opp", "stage": "NEW"}))


def _create_field(steps: Steps) -> None:
    objects = steps.call("objects", "GET", "metadata/objects")
    (progression,) = [each for each in objects if each["nameSingular"] == "repProgression"]
    recorded = _recorded_field()["event"]["properties"]["after"]
    sent = {name: recorded[name] for name in ("type", "name", "label")} | {"objectMetadataId": progression["id"]}
    steps.call("metadata-field-created", "POST", "metadata/fields", sent)


def _recorded_field() -> Body:
    bodies = [json.loads(line)["raw"] for line in RECORDED.read_text().splitlines()]
    return next(json.loads(raw) for raw in bodies if raw and "metadata.fieldMetadata" in raw)


STEPS = [
    *("note-created", "note-updated-title", "note-updated-body", "noteTarget-created", "opp-stage", "opp-amount"),
    *("task-created", "task-updated", "note-soft-deleted", "note-patch-while-deleted", "note-restored-many"),
    *("note-destroyed", "rp-created", "rp-updated", "rp-upsert-existing", "rp-upsert-new", "rp-soft-deleted"),
    *("rp-upsert-on-soft-deleted", "rp-destroyed", "batch-3", "workspaceMember-updated", "user-note-create"),
    *("user-note-update", "api-update-of-user-note", "user-update-of-user-note", "user-rest-update"),
    *("user-note-delete", "user-note-restore", "user-note-destroy", "user-opp-create"),
]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_brings_the_recorded_deliveries(recorded: dict[str, Any], made: Steps, step: str) -> None:
    """Equal events, keys in the recorded order, equal values up to times, ids and positions."""
    expected = sorted((_steady(body) for _, body in recorded[step]), key=str)
    given = sorted((_steady(body) for _, body in made.sent[step]), key=str)
    assert given == expected
    assert sorted(map(_keys, made.sent[step])) == sorted(map(_keys, recorded[step]))


def _steady(body: Body) -> Body:
    """What is the same whenever a step is made; of the rest, whether it is null."""
    if body["eventName"].startswith("repProgression"):
        own = {NAMES.get(name, name): value for name, value in body["record"].items()}
        record = {name: own[name] for name in (*SYSTEM, *NAMES.values())}
        body = body | {"record": record, "objectMetadata": list(body["objectMetadata"])}
        if "updatedFields" in body:
            # The order is that of the object's fields, and these are other ones.
            body["updatedFields"] = sorted(NAMES.get(name, name) for name in body["updatedFields"])
    return _masked(body)


def _masked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: (part is None) if name in VOLATILE else _masked(part) for name, part in value.items()}


def _keys(delivery: tuple[dict[str, str], Body]) -> tuple[list[str], list[str], list[str]]:
    """The names of the headers, of the body and of the record, each in its order (headers have none)."""
    headers, body = delivery
    names = [NAMES.get(name, name) for name in body["record"]]
    record = names[: len(SYSTEM)] if body["eventName"].startswith("repProgression") else names
    return sorted(headers), list(body), record


@pytest.mark.parametrize("step", ["nothing-changed", "restored-again"])
def test_what_changes_nothing_sends_nothing(made: Steps, step: str) -> None:
    """A PATCH with the same value and the restore of a note that is not deleted are silent."""
    assert made.sent[step] == []


def test_an_event_names_the_person_who_caused_it(made: Steps) -> None:
    """Tim's changes carry his ids, those of the API key none, also when it changes Tim's note."""
    [(_, body)] = made.sent["user-note-create"]
    assert (body["userId"], body["workspaceMemberId"]) == (TIMS_USER, TIM)
    [(_, body)] = made.sent["api-update-of-user-note"]
    assert not {"userId", "workspaceMemberId"} & body.keys()


def test_metadata_events_come_without_a_record(made: Steps) -> None:
    """`*.*` brings the new field as recorded, up to times and the webhook's own id."""
    [(_, body)] = made.sent["metadata-field-created"]
    assert _masked(body) == _masked(_recorded_field())
    assert list(body) == list(_recorded_field())


def test_the_date_of_an_event_is_that_of_its_sending(made: Steps) -> None:
    """The events of one batch share it; it lies between the change and the header's timestamp."""
    assert len({body["eventDate"] for _, body in made.sent["batch-3"]}) == 1
    for headers, body in made.sent["batch-3"]:
        assert body["record"]["updatedAt"] <= body["eventDate"]
        assert _milliseconds(body["eventDate"]) <= int(headers["X-Twenty-Webhook-Timestamp"])


def _milliseconds(stamp: str) -> int:
    from sandbox.twenty.clock import from_stamp

    return round(from_stamp(stamp).timestamp() * 1000)
