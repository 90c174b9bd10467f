"""The least that the API key's role must allow (docs/security.md): with exactly that all works, without any of it
somebody says what is missing."""

import pytest
from click.testing import CliRunner
from ward import Ward

from runtime.bootstrap import worker_parts
from runtime.cli import main
from runtime.exit_status import ExitStatus
from runtime.settings import Settings
from sandbox.twenty.role import DATA_MODEL, WEBHOOKS
from worker.digest import digest_batch
from worker.publish import publish_batch
from worker.sweep import sweep

REP = "20202020-463f-435b-828c-107e007a2711"
WORKING = (
    "read notes",
    "read noteTargets",
    "read opportunities",
    "read workspaceMembers",
    "read repProgressions",
    "edit repProgressions",
)
SETTING_UP = (DATA_MODEL, WEBHOOKS)
ROUND_TRIP = ("edit notes", "destroy notes")
QUICK = "--no-round-trip"


def _set_up(ward: Ward, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["setup", *arguments], env=ward.environment)
    return done.exit_code, done.output


def _work(ward: Ward) -> None:
    """Sweeps a note, publishes its rep, changes the row again."""
    environment = ward.environment
    parts = worker_parts(
        Settings(
            database_url=environment["DATABASE_URL"],
            redis_url=str(environment["REDIS_URL"]),
            twenty_url=environment["TWENTY_URL"],
            twenty_api_key=environment["TWENTY_API_KEY"],
            twenty_calls_per_minute=10_000,
        )
    )
    ward.twenty.put("workspaceMembers", {"id": REP, "name": {"firstName": "Jane", "lastName": "Austen"}})
    for number in range(2):
        ward.twenty.as_member(REP).create("notes", {"title": f"Call - CONTACT | 2:0{number} | Kim"})
        sweep(parts)
        while digest_batch(parts):
            pass
        while publish_batch(parts):
            pass


def test_all_works_with_the_least(ward: Ward) -> None:
    """Setup with the settings' permissions, then work without them, and the doctor's round trip with two more."""
    ward.twenty.role.allowed = {*WORKING, *SETTING_UP}
    assert _set_up(ward)[0] == 0
    ward.twenty.role.allowed = set(WORKING)
    _work(ward)
    (row,) = ward.twenty.rows("repProgressions")
    assert row["totalXp"] == 40
    assert (ward.line("permissions", QUICK)[0], ward.line("webhook", QUICK)[0]) == ("pass", "warn")
    ward.twenty.role.allowed = {*WORKING, *ROUND_TRIP, WEBHOOKS}
    ward.work()
    assert {name: line["told"] for name, line in ward.lines()[1].items() if line["verdict"] == "fail"} == {}


@pytest.mark.parametrize("lacking", WORKING)
def test_the_doctor_names_what_work_lacks(ward: Ward, lacking: str) -> None:
    """Each permission taken away is named, with where to give it."""
    ward.settle()
    ward.twenty.role.allowed = {*WORKING, *SETTING_UP} - {lacking}
    verdict, told, cure = ward.line("permissions", QUICK)
    assert (verdict, told) == ("fail", f"the key's role may not: {lacking.replace('edit', 'write')}")
    assert "Settings, Roles" in cure


@pytest.mark.parametrize(("lacking", "named"), [(DATA_MODEL, "`Data model`"), (WEBHOOKS, "`API keys & webhooks`")])
def test_setup_names_what_it_lacks(ward: Ward, lacking: str, named: str) -> None:
    """Setup stops with the permission's name; given it, it goes on."""
    ward.twenty.role.allowed = {*WORKING, *SETTING_UP} - {lacking}
    status, told = _set_up(ward)
    assert (status, named in told) == (ExitStatus.AWAY, True)
    ward.twenty.role.allowed = {*WORKING, *SETTING_UP}
    assert _set_up(ward)[0] == 0


def test_the_doctor_says_that_it_may_not_see_webhooks(ward: Ward) -> None:
    """Work goes on without: a warning that says where to look, no fault of the doctor's."""
    ward.settle()
    ward.twenty.role.allowed = set(WORKING)
    verdict, told, cure = ward.line("webhook", QUICK)
    assert (verdict, "may not see webhooks" in told, "API & Webhooks" in cure) == ("warn", True, True)


def test_a_role_that_can_t_write_the_note_is_told(ward: Ward) -> None:
    """The round trip alone needs to create and destroy a note."""
    ward.settle()
    ward.twenty.role.allowed = {*WORKING, WEBHOOKS}
    verdict, told, cure = ward.line("round trip")
    assert (verdict, "role create and destroy notes" in cure) == ("fail", True), told
