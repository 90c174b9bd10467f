"""`repsync users` and `repsync tokens`, and what the tokens open."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result
from console import Console
from world import World

from runtime.cli import main

PASSWORD = "a password of the tests\n"
Run = Callable[..., Result]


@pytest.fixture
def repsync(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on an empty ledger; nobody sits at a terminal."""
    monkeypatch.setenv("DATABASE_URL", database_url)

    def run(*arguments: str, given: str = "") -> Result:
        return CliRunner().invoke(main, arguments, input=given)

    return run


def _json(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_first_admin_is_made_at_the_command_line(repsync: Run, database_url: str) -> None:
    """The password comes by standard input, never as an argument; the user signs in with it."""
    made = repsync("users", "add", "Ada", "--role", "admin", "--password-stdin", given=PASSWORD)
    assert made.output == "ada can sign in now, as admin.\n"
    console = Console(database_url)
    assert console.visitor().sign_in("ada", PASSWORD.strip()).status_code == 303
    actor, action, subject = console.audited()[0]
    assert (actor.startswith("cli:"), action, subject) == (True, "user added", "user:ada")


def test_without_a_terminal_the_password_is_not_guessed_at(repsync: Run) -> None:
    """Nothing is made, and the message says which option there is."""
    refused = repsync("users", "add", "ada", "--role", "admin", given=PASSWORD)
    assert (refused.exit_code, "--password-stdin" in refused.output) == (1, True)
    assert _json(repsync("users", "list", "--json")) == {"users": []}


def test_users_are_changed_and_removed(repsync: Run, database_url: str) -> None:
    """Role and password change, sessions end with each; the last admin can't go."""
    repsync("users", "add", "ada", "--role", "admin", "--password-stdin", given=PASSWORD)
    repsync("users", "add", "bob", "--role", "viewer", "--password-stdin", given=PASSWORD)
    bob = Console(database_url).visitor()
    for change in (("role", "bob", "ops"), ("password", "bob", "--password-stdin")):
        bob.sign_in("bob", "another password" if bob.get("/console/home").status_code == 200 else PASSWORD.strip())
        assert bob.get("/console/").status_code == 200
        assert repsync("users", *change, given="another password\n").exit_code == 0
        assert bob.get("/console/").status_code == 303
    assert bob.sign_in("bob", "another password").status_code == 303
    listed = _json(repsync("users", "list", "--json"))["users"]
    assert [(user["name"], user["role"], user["sessions"]) for user in listed] == [
        ("ada", "admin", 0),
        ("bob", "ops", 1),
    ]
    assert repsync("users", "remove", "bob").output == "bob is removed.\n"
    last = repsync("users", "remove", "ada")
    assert (last.exit_code, "the last admin" in last.output) == (1, True)
    assert "there is no user 'bob'" in repsync("users", "remove", "bob").output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "ada", "--role", "rep"), "needs the id"),
        (("add", "two words", "--role", "ops"), "1 to 80 letters"),
        (("role", "nobody", "ops"), "there is no user 'nobody'"),
    ],
)
def test_what_can_not_be_is_told_in_a_sentence(repsync: Run, arguments: tuple[str, ...], told: str) -> None:
    """Status 1 and no traceback."""
    given = (*arguments, "--password-stdin") if arguments[0] == "add" else arguments
    refused = repsync("users", *given, given=PASSWORD)
    assert (refused.exit_code, told in refused.output) == (1, True)


def test_a_short_password_is_refused(repsync: Run) -> None:
    """Eleven characters are not enough, here as in the console."""
    refused = repsync("users", "add", "ada", "--role", "ops", "--password-stdin", given="elevenchars\n")
    assert "12 characters at least" in refused.output


def test_a_named_token_opens_the_read_api_within_its_role(
    world: World, repsync: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A viewer's token reads and does not sync, one of ops does both; revoked, neither opens anything."""
    monkeypatch.setenv("DATABASE_URL", world.floor.parts.engine.url.render_as_string(hide_password=False))
    viewer = repsync("tokens", "add", "dashboard").output.strip()
    ops = _json(repsync("tokens", "add", "bot", "--role", "ops", "--json"))["token"]
    path = "/api/reps/nobody"
    assert [world.floor.ask(path, token=token).status_code for token in (viewer, ops, "wrong")] == [404, 404, 401]
    refused = world.floor.ask(f"{path}/sync", "POST", token=viewer)
    assert (refused.status_code, refused.get_json()["error"]) == (403, "forbidden")
    assert world.floor.ask(f"{path}/sync", "POST", token=ops).status_code == 404
    repsync("tokens", "revoke", "dashboard")
    assert [world.floor.ask(path, token=token).status_code for token in (viewer, ops)] == [401, 404]


def test_tokens_are_shown_once_and_kept_as_hashes(repsync: Run, database_url: str) -> None:
    """Neither the list nor the ledger has one; the list says who made it and when it was used."""
    token = repsync("tokens", "add", "dashboard").output.strip()
    console = Console(database_url)
    kept = str(console.ledger("SELECT * FROM api_tokens")) + str(console.ledger("SELECT * FROM audit_log"))
    assert token not in kept + repsync("tokens", "list").output
    listed = _json(repsync("tokens", "list", "--json"))["tokens"][0]
    assert (listed["name"], listed["role"], listed["usedAt"]) == ("dashboard", "viewer", None)
    assert listed["createdBy"].startswith("cli:")
    assert "already" in repsync("tokens", "add", "dashboard").output
    assert [action for _, action, _ in console.audited()] == ["token added"]


def test_empty_lists_say_what_to_do(repsync: Run) -> None:
    """The command that adds the first."""
    assert "repsync users add" in repsync("users", "list").stdout
    assert "repsync tokens add" in repsync("tokens", "list").stdout
