"""`repsync doctor`: each illness is told in a line of its own, with the cure, and nothing is left behind."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ward import KEY, SECRET, Ward

from onboarding.doctor import records
from onboarding.wanted import OPERATIONS
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.clock import SandboxClock
from sandbox.twenty.versions import NEWER, OLDER, WaysOfVersion
from twenty_client.errors import RateLimited, Unreachable
from twenty_client.gate import Gate
from twenty_client.pacing import Pacer
from worker.wake import QUEUES

NOWHERE = "127.0.0.1:1"
QUICK = "--no-round-trip"


def test_all_is_well(ward: Ward) -> None:
    """Set up, with a worker and a clock: no line warns or fails, the note is gone, and the status is 0."""
    ward.settle()
    status, lines = ward.lines()
    assert {name: line["told"] for name, line in lines.items() if line["verdict"] not in ("pass", "skipped")} == {}
    assert [name for name, line in lines.items() if line["verdict"] == "skipped"] == [
        "RedHawk",
        "RedHawk retries",
        "RedHawk history",
    ]
    assert (status, ward.twenty.rows("notes")) == (0, [])


def test_people_read_a_line_a_check(ward: Ward) -> None:
    """Verdict, name, what is told, and the cure below it; a warning leaves the status 0."""
    ward.settle()
    ward.environment["REDHAWK_WEBHOOK_SECRET"] = "whsec_Y2FuYXJ5"
    done = ward.examine(QUICK)
    told = [line for line in done.stdout.splitlines() if "[info" not in line]
    at = next(number for number, line in enumerate(told) if line.startswith("warn    RedHawk  "))
    assert "configured, and never a delivery" in told[at]
    assert told[at + 1].strip().startswith("→ Let RedHawk post to")
    assert told[-1] == "22 pass, 1 warn, 0 fail, 2 skipped"
    assert (done.exit_code, max(map(len, told)) <= 80, "canary" in done.output) == (0, True, False)


def test_an_empty_workspace_asks_for_setup(ward: Ward) -> None:
    """No object and no webhook: both fail with the same cure, and so does the command."""
    status, lines = ward.lines(QUICK)
    assert [(lines[name]["verdict"], lines[name]["cure"]) for name in ("object", "webhook")] == [
        ("fail", "Run `repsync setup`.")
    ] * 2
    assert status == 1


def test_a_wrong_key_is_one_line(ward: Ward) -> None:
    """Twenty is reached; what the key would be needed for is skipped, and everything else is looked at."""
    ward.settle()
    ward.environment["TWENTY_API_KEY"] = "wrong"
    status, lines = ward.lines()
    assert (status, lines["Twenty"]["verdict"], lines["API key"]["verdict"]) == (1, "pass", "fail")
    assert "401" in lines["API key"]["told"]
    needing = ("permissions", "version", "object", "clock skew", "webhook", "round trip")
    assert {lines[name]["verdict"] for name in needing} == {"skipped"}
    assert lines["workers"]["verdict"] == "pass"


def test_a_twenty_that_is_away_is_one_line(ward: Ward) -> None:
    """And pauses nobody: the doctor's failure is not the workers'."""
    ward.settle()
    ward.environment["TWENTY_URL"] = f"http://{NOWHERE}"
    status, lines = ward.lines()
    assert (status, [name for name, line in lines.items() if line["verdict"] == "fail"]) == (1, ["Twenty"])
    assert lines["budget"]["verdict"] == "pass"


@pytest.mark.parametrize(("ways", "told"), [(OLDER, "older than 2.21"), (NEWER, "newer than 2.21")])
def test_the_version_is_told(open_ward: Callable[[SandboxTwenty], Ward], ways: WaysOfVersion, told: str) -> None:
    """By the names of fields and the form of the metadata; all else works as with 2.21."""
    ward = open_ward(SandboxTwenty(KEY, ways=ways))
    ward.settle()
    status, lines = ward.lines()
    assert lines["version"]["verdict"] == "warn"
    assert lines["version"]["told"].startswith(told)
    assert (status, lines["round trip"]["verdict"]) == (0, "pass")


@pytest.mark.parametrize(
    ("secret", "operations", "verdict", "told"),
    [
        ("another", OPERATIONS, "fail", "a secret that TWENTY_WEBHOOK_SECRET lacks"),
        (SECRET, ("note.*",), "fail", "does not send noteTarget.*"),
        (SECRET, ("*.*",), "warn", "needless ones"),
        (SECRET, OPERATIONS, "pass", "points to"),
    ],
)
def test_the_webhook_is_judged(ward: Ward, secret: str, operations: Any, verdict: str, told: str) -> None:
    """A foreign secret or missing events fail, needless events are told."""
    ward.hook_up(secret, operations)
    found = ward.line("webhook", QUICK)
    assert (found[0], told in found[1], "another" in found[1].split()) == (verdict, True, False)


def test_two_webhooks_that_point_here_are_told(ward: Ward) -> None:
    """Each event would come twice."""
    ward.hook_up()
    ward.hook_up()
    assert ward.line("webhook", QUICK)[:2] == ("warn", "2 webhooks point here")


@pytest.mark.parametrize(("ahead_s", "verdict"), [(-3, "pass"), (60, "warn"), (-400, "fail")])
def test_clocks_that_differ_are_told(open_ward: Callable[[SandboxTwenty], Ward], ahead_s: int, verdict: str) -> None:
    """Over 5 s warns, over the webhooks' tolerance of 300 s fails."""
    clock = SandboxClock(lambda: datetime.now(UTC) + timedelta(seconds=ahead_s))
    assert open_ward(SandboxTwenty(KEY, clock=clock)).line("clock skew", QUICK)[0] == verdict


def test_refusals_for_rate_and_pauses_are_told(ward: Ward) -> None:
    """A share that a 429 made smaller, then a pause; the doctor's own calls go out through it."""
    url = ward.environment["TWENTY_URL"]
    Pacer(ward.redis, url, share=80).learn(refused=RateLimited("too many"))
    verdict, told, _ = ward.line("budget", QUICK)
    assert (verdict, told.split(":")[0]) == ("warn", "60 of 80 calls a minute")
    Gate(ward.redis, url).report(Unreachable("gone"))
    _, lines = ward.lines(QUICK)
    assert "all calls pause for" in lines["budget"]["told"]
    assert (lines["Twenty"]["verdict"], lines["clock skew"]["verdict"]) == ("pass", "pass")


def test_postgresql_that_is_away_fails_alone(ward: Ward) -> None:
    """What needs the ledger is skipped, and no note is written."""
    ward.settle()
    ward.environment["DATABASE_URL"] = f"postgresql://{NOWHERE}/none"
    status, lines = ward.lines()
    assert (status, [name for name, line in lines.items() if line["verdict"] == "fail"]) == (1, ["PostgreSQL"])
    assert {lines[name]["told"] for name in ("round trip", "inbox", "parked", "titles")} == {"PostgreSQL is not ready"}


def test_an_old_schema_is_told(ward: Ward) -> None:
    """Another schema than this code's fails; the ledger is not read, nor migrated."""
    ward.ledger("UPDATE alembic_version SET version_num = '0001'")
    verdict, told, _ = ward.line("PostgreSQL", QUICK)
    assert (verdict, told.startswith("its schema is 0001, this repsync's is 0")) == ("fail", True)
    assert ward.line("inbox", QUICK)[0] == "skipped"


def test_redis_that_is_away_fails_alone(ward: Ward) -> None:
    """Workers, clock and budget can't be seen without it."""
    ward.settle()
    ward.environment["REDIS_URL"] = f"redis://{NOWHERE}"
    status, lines = ward.lines(QUICK)
    assert (status, [name for name, line in lines.items() if line["verdict"] == "fail"]) == (1, ["Redis"])
    assert {lines[name]["told"] for name in ("budget", "workers", "clock")} == {"Redis does not answer"}


def test_workers_and_clock_must_live(ward: Ward) -> None:
    """Nobody at work fails both; a worker of an older version that lacks a queue fails too."""
    lines = ward.lines(QUICK)[1]
    assert (lines["workers"]["told"], lines["clock"]["told"]) == ("no worker runs", "never ticked")
    ward.work(QUEUES[1:])
    assert ward.line("workers", QUICK)[:2] == ("fail", f"no worker serves {QUEUES[0]}")
    ward.work(QUEUES[:1])
    assert re.match(r"2 alive, last heard of \d+ s ago", ward.line("workers", QUICK)[1])
    ward.redis.set("repsync:clock", (datetime.now(UTC) - timedelta(hours=3)).isoformat())
    status, told, *_ = ward.line("clock", QUICK)
    assert status == "fail"
    assert re.fullmatch(r"its last tick was 3:00:\d\d ago", told)


def test_a_receiver_that_turns_webhooks_away_is_told(ward: Ward, redis_url: str) -> None:
    """With its own reasons; one that does not answer from here is a warning."""
    ward.hook_up("another")
    ward.twenty.as_api_key().create("notes", {"title": "x"})
    _drain(ward.twenty)
    assert ward.line("receiver", QUICK)[:2] == (
        "warn",
        "turned away webhooks of Twenty since it started: bad_signature 1",
    )
    ward.environment["RECEIVER_URL"] = f"http://{NOWHERE}"
    assert ward.line("receiver", QUICK)[:2] == ("warn", "no answer from here (ConnectionError)")
    ward.environment["RECEIVER_URL"] = ward.twenty.url
    assert "something else answers" in ward.line("receiver", QUICK)[1]
    ward.environment["RECEIVER_URL"] = ""
    lines = ward.lines()[1]
    assert {lines[n]["told"] for n in ("webhook", "receiver", "round trip")} == {"RECEIVER_URL is not set"}


def _drain(twenty: SandboxTwenty) -> None:
    from webhook_receiver import wait_until

    wait_until(lambda: not twenty.webhooks_waiting)


def test_a_check_that_breaks_is_a_line(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error's class and no more; the other lines are there."""

    def broken(_: object) -> None:
        raise KeyError("canary of a record")

    monkeypatch.setattr(records, "call_readings", broken)
    status, lines = ward.lines(QUICK)
    assert (status, lines["titles"]["verdict"]) == (1, "fail")
    assert lines["titles"]["told"] == "the check itself broke (KeyError)"
    assert lines["foreign XP"]["verdict"] == "pass"
