"""`repsync setup` makes a workspace ready, once, and leaves alone what is there."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from onboarding.setup import carry_out, read_plan
from onboarding.setup_plan import Receiver
from onboarding.wanted import FIELDS
from runtime.cli import main
from sandbox.twenty import SandboxTwenty
from twenty_client.reply import Reply, read_reply
from twenty_client.request import Request

KEY, SECRET = "a-key-of-the-tests", "canary-secret-of-the-tests"
RECEIVER = "https://repsync.example.com"
TARGET = f"{RECEIVER}/webhooks/twenty"


@pytest.fixture
def twenty() -> Iterator[SandboxTwenty]:
    """A workspace that never heard of repsync."""
    twenty = SandboxTwenty(KEY)
    twenty.remove_object("repProgressions")
    twenty.start()
    yield twenty
    twenty.stop()


@pytest.fixture
def run(twenty: SandboxTwenty, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `repsync setup` for the workspace."""
    environment = {
        "DATABASE_URL": "postgresql:///unused",
        "REDIS_URL": redis_url,
        "TWENTY_URL": twenty.url,
        "TWENTY_API_KEY": KEY,
        "TWENTY_WEBHOOK_SECRET": SECRET,
        "RECEIVER_URL": RECEIVER,
    }

    def setup(*arguments: str, **changed: str) -> Result:
        return CliRunner().invoke(main, ["setup", *arguments], env=environment | changed)

    return setup


def _call(twenty: SandboxTwenty, method: str, path: str, body: Any = None) -> Any:
    answer = requests.request(
        method, f"{twenty.url}/rest/metadata/{path}", json=body, headers={"Authorization": f"Bearer {KEY}"}, timeout=5
    )
    assert answer.ok, answer.text
    return answer.json()


def _object(twenty: SandboxTwenty) -> Any:
    objects = _call(twenty, "GET", "objects?limit=200")["data"]["objects"]
    return next((each for each in objects if each["namePlural"] == "repProgressions"), None)


def _state(twenty: SandboxTwenty) -> Any:
    return _object(twenty), _call(twenty, "GET", "webhooks")


def _create_object(twenty: SandboxTwenty, **types: str) -> None:
    names = {"nameSingular": "repProgression", "namePlural": "repProgressions"}
    labels = {"labelSingular": "Rep", "labelPlural": "Reps"}
    created = _call(twenty, "POST", "objects", names | labels)["data"]["createOneObject"]["id"]
    for name, field_type in types.items():
        field = {"objectMetadataId": created, "type": field_type, "name": name, "label": name}
        _call(twenty, "POST", "fields", field)


def test_an_empty_workspace_gets_all_that_is_needed(twenty: SandboxTwenty, run: Any) -> None:
    """The object, each field in its type, a unique workspaceMemberId, and a webhook for the objects that are read."""
    done = run()
    assert done.exit_code == 0, done.output
    fields = {field["name"]: field for field in _object(twenty)["fields"]}
    assert {wanted.name: wanted.type for wanted in FIELDS}.items() <= {n: f["type"] for n, f in fields.items()}.items()
    assert [name for name, field in fields.items() if field["isUnique"]] == ["workspaceMemberId"]
    assert (fields["totalXp"]["label"], fields["totalXp"]["icon"]) == ("Total XP", "IconStar")
    (webhook,) = _call(twenty, "GET", "webhooks")
    assert (webhook["targetUrl"], webhook["secret"]) == (TARGET, SECRET)
    assert set(webhook["operations"]) == {"note.*", "noteTarget.*", "opportunity.*", "workspaceMember.*"}
    assert SECRET not in done.output


def test_a_second_run_finds_nothing_missing(twenty: SandboxTwenty, run: Any) -> None:
    """Setup can be run as often as one likes."""
    run()
    before = _state(twenty)
    again = run()
    assert (again.exit_code, again.output) == (0, "nothing is missing\n")
    assert _state(twenty) == before


def test_what_it_just_made_need_not_be_listed(twenty: SandboxTwenty) -> None:
    """A newer Twenty reads lists from a replica: the new object's id is taken from the answer."""
    receiver = Receiver(RECEIVER, (SECRET,))
    sent: list[str] = []

    class Sending:
        def send(self, request: Request) -> Reply:
            sent.append(request.line)
            answer = requests.request(
                request.method,
                f"{twenty.url}{request.target}",
                data=request.payload,
                headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
                timeout=5,
            )
            return read_reply(request, answer.status_code, answer.headers, answer.content)

    plan = read_plan(Sending(), receiver)
    sent.clear()
    carry_out(Sending(), plan, receiver, lambda _: None)
    assert not [line for line in sent if line.startswith("GET")]
    assert read_plan(Sending(), receiver).is_empty


def test_a_dry_run_only_tells(twenty: SandboxTwenty, run: Any) -> None:
    """What would be created is listed, and nothing is."""
    told = run("--dry-run")
    assert told.exit_code == 0
    assert told.output.count("would create: ") == len(FIELDS) + 2
    assert _state(twenty) == (None, [])


def test_what_a_cut_off_run_left_out_is_made_up_for(twenty: SandboxTwenty, run: Any) -> None:
    """An object with two of the fields gets the others."""
    _create_object(twenty, workspaceMemberId="TEXT", totalXp="NUMBER")
    assert run().exit_code == 1
    names = {field["name"] for field in _object(twenty)["fields"]}
    assert {wanted.name for wanted in FIELDS} <= names


def test_fields_of_another_type_stay_and_are_told(twenty: SandboxTwenty, run: Any) -> None:
    """Text that holds JSON is adapted to; a rank that is a date can't be used; a rep field must be unique."""
    _create_object(twenty, workspaceMemberId="TEXT", badges="TEXT", currentRank="DATE_TIME")
    before = {field["name"]: field["type"] for field in _object(twenty)["fields"]}
    done = run("--json")
    plan = json.loads(done.stdout)
    assert done.exit_code == 1
    assert plan["remarks"] == ["badges is TEXT: repsync writes it in that form"]
    assert [problem.split()[0] for problem in plan["problems"]] == ["currentRank", "workspaceMemberId"]
    after = {field["name"]: field["type"] for field in _object(twenty)["fields"]}
    assert before.items() <= after.items()


@pytest.mark.parametrize(
    ("webhook", "told"),
    [
        ({"operations": ["*.*"], "secret": SECRET}, "also sends repProgression events"),
        ({"operations": ["note.*"], "secret": SECRET}, "does not send noteTarget.*, opportunity.*"),
        ({"operations": ["*.*"], "secret": "another"}, "a secret that TWENTY_WEBHOOK_SECRET lacks"),
    ],
)
def test_a_webhook_that_points_here_is_not_made_twice(
    twenty: SandboxTwenty, run: Any, webhook: dict[str, Any], told: str
) -> None:
    """One that is there stays as it is, and what is wrong with it is told without its secret."""
    _call(twenty, "POST", "webhooks", {"targetUrl": TARGET, **webhook})
    done = run()
    assert done.exit_code == 1
    assert told in done.output
    assert "another" not in done.output
    assert len(_call(twenty, "GET", "webhooks")) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"TWENTY_WEBHOOK_SECRET": ""}, "set TWENTY_WEBHOOK_SECRET first"),
        ({"RECEIVER_URL": ""}, "--receiver-url"),
        ({"TWENTY_API_KEY": "wrong"}, "401"),
    ],
)
def test_what_stops_it_is_told_before_anything_is_created(
    twenty: SandboxTwenty, run: Any, changed: dict[str, str], told: str
) -> None:
    """Without a secret, an address or a good key nothing is created, and the cure is named."""
    done = run(**changed)
    assert done.exit_code == 3
    assert told in done.output
    assert _state(twenty) == (None, [])
