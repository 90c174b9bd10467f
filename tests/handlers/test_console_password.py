"""Changing one's own password in the console."""

import pytest
from console import PASSWORD, Console, Person

from accounts import signing_in
from accounts.passwords import hash_password
from accounts.signing_in import MOST_OF_NAME

NEW = "another password of the tests"
PATH = "/console/password"


@pytest.fixture
def console(database_url: str) -> Console:
    """An empty ledger's console."""
    return Console(database_url)


def _change(person: Person, current: str = PASSWORD, new: str = NEW) -> tuple[int, str]:
    answer = person.post(PATH, {"current": current, "password": new}, on=PATH)
    assert NEW not in answer.text
    return answer.status_code, answer.text


def test_the_new_password_signs_in_and_the_old_one_does_not(console: Console) -> None:
    """Whoever changed it stays signed in, their other sessions end, other people's do not; the log says who did."""
    viewer, admin = console.person("viewer"), console.person("admin")
    elsewhere = console.visitor()
    elsewhere.sign_in("viewer")
    assert _change(viewer)[0] == 303
    assert [person.get("/console/").status_code for person in (viewer, elsewhere, admin)] == [200, 303, 200]
    assert "signed out" in viewer.get(f"{PATH}?done=1").text
    assert console.visitor().sign_in("viewer").status_code == 403
    assert console.visitor().sign_in("viewer", NEW).status_code == 303
    (row,) = console.ledger("SELECT actor, subject, after FROM audit_log WHERE action = 'password changed'")
    assert (row["actor"], row["subject"], row["after"]["sessions ended"]) == ("viewer", "user:viewer", 1)
    assert NEW not in str(console.ledger("SELECT * FROM audit_log"))


def test_a_rep_can_change_it_too(console: Console) -> None:
    """The only page beside the rep's own; its name leads there."""
    console.ledger("INSERT INTO members (id, name, updated_at) VALUES ('jane', 'Jane Austen', now())")
    rep = console.person("rep", "jane")
    assert f'href="{PATH}"' in rep.get("/console/reps/jane").text
    assert _change(rep)[0] == 303
    assert console.visitor().sign_in("rep", NEW).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "status", "told"),
    [
        ("not the password", NEW, 403, "not your current password"),
        ("", NEW, 403, "not your current password"),
        (PASSWORD, "short", 400, "12 characters at least"),
        (PASSWORD, "", 400, "12 characters at least"),
        (PASSWORD, "x" * 300, 400, "256 characters at most"),
    ],
)
def test_what_can_not_be_changes_nothing(console: Console, current: str, new: str, status: int, told: str) -> None:
    """The page says why; the old password and every session stay."""
    viewer, elsewhere = console.person("viewer"), console.visitor()
    elsewhere.sign_in("viewer")
    found, page = _change(viewer, current, new)
    assert (found, told in page) == (status, True)
    assert elsewhere.get("/console/").status_code == 200
    assert console.visitor().sign_in("viewer").status_code == 303


def test_guessing_at_an_open_session_is_stopped(console: Console) -> None:
    """Tries count as those of signing in do, each in the audit log; then not even the right one is looked at."""
    viewer = console.person("viewer")
    assert {_change(viewer, f"guess {number}")[0] for number in range(MOST_OF_NAME)} == {403}
    answer = viewer.post(PATH, {"current": PASSWORD, "password": NEW}, on=PATH)
    assert (answer.status_code, "Too many tries" in answer.text) == (429, True)
    assert int(answer.headers["Retry-After"]) > 0
    told = [row for row in console.audited() if row[1] == "password change failed"]
    assert told == [("viewer", "password change failed", "user:viewer")] * MOST_OF_NAME


def test_a_form_of_another_site_changes_nothing(console: Console) -> None:
    """Without the page's own token nothing is looked at."""
    viewer = console.person("viewer")
    answer = viewer.send(PATH, {"current": PASSWORD, "password": NEW})
    assert answer.status_code == 400
    assert console.visitor().sign_in("viewer", NEW).status_code == 403


def test_an_unfit_new_password_is_no_guess_at_the_current_one(console: Console) -> None:
    """However often a short one is given, the right current one with a fit one is taken afterwards."""
    viewer = console.person("viewer")
    assert {_change(viewer, new="short")[0] for _ in range(MOST_OF_NAME + 1)} == {400}
    assert _change(viewer)[0] == 303


def test_a_password_that_an_admin_gave_meanwhile_stays(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at the current password and the change, another was given: whoever knew the old one gets no."""
    viewer = console.person("viewer")

    def hashed_while_an_admin_is_at_it(password: str) -> str:
        console.ledger("UPDATE users SET password_hash = 'of another' WHERE name = 'viewer'")
        return hash_password(password)

    monkeypatch.setattr(signing_in, "hash_password", hashed_while_an_admin_is_at_it)
    assert _change(viewer)[0] == 403
    assert console.ledger("SELECT password_hash FROM users WHERE name = 'viewer'") == [{"password_hash": "of another"}]
