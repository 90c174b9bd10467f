"""Signing in: what is kept of passwords and sessions, when sessions end, and who is turned away."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from console import PASSWORD, Console, Person
from sqlalchemy import Connection, text

from accounts import passwords
from accounts.passwords import LONGEST, SHORTEST, UnfitPassword, hash_password, is_password
from accounts.signing_in import MOST_OF_ADDRESS, MOST_OF_NAME, TooManyTries, WrongPassword, sign_in
from accounts.user_changes import changed_password, changed_role, removed_user
from handlers.console.sign_in import safe_next
from ledger.engine import connect_engine, transaction


@pytest.fixture
def console(database_url: str) -> Console:
    """An empty ledger's console."""
    return Console(database_url)


def _cookies(answer: Any) -> dict[str, str]:
    found = (re.match(r"([^=]+)=([^;]*); (.*)", line) for line in answer.headers.getlist("Set-Cookie"))
    return {match[1]: match[3] for match in found if match}


def test_passwords_and_tokens_stand_nowhere_in_the_ledger(console: Console) -> None:
    """A copy of the ledger gives argon2id hashes, and no cookie that opens a session."""
    viewer = console.person("viewer")
    cookie = viewer.http.get_cookie("repsync-session")
    assert cookie is not None
    kept = str(console.ledger("SELECT * FROM users") + console.ledger("SELECT * FROM sessions, audit_log, sign_ins"))
    assert "$argon2id$" in kept
    for secret in (PASSWORD, cookie.value, cookie.value.encode().hex()):
        assert secret not in kept


def test_passwords_are_long_enough_and_all_letters_count() -> None:
    """Twelve characters of any kind do; one less or one other does not."""
    kept = hash_password("é" * SHORTEST)
    assert is_password("é" * SHORTEST, kept)
    assert not is_password("e" * SHORTEST, kept)
    assert not is_password("é" * SHORTEST, None)
    assert not is_password("x" * (LONGEST + 1), hash_password("x" * LONGEST))
    with pytest.raises(UnfitPassword, match="12 characters"):
        hash_password("x" * (SHORTEST - 1))


def test_a_name_that_nobody_has_takes_the_same_work(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash is computed for every try, with the same parameters."""
    verified: list[str] = []
    real = passwords._HASHER.verify

    class Watched:
        def verify(self, kept: str, password: bytes) -> bool:
            verified.append(kept.rpartition("$")[0].rpartition("$")[0])
            return real(kept, password)

    console.add("ada", "viewer")
    monkeypatch.setattr(passwords, "_HASHER", Watched())
    for name in ("ada", "nobody"):
        with pytest.raises(WrongPassword):
            sign_in(console.engine, name, "not the password", "127.0.0.1")
    assert len(verified) == 2
    assert verified[0] == verified[1]


def test_names_are_one_in_large_and_small_letters(console: Console) -> None:
    """Ada signs in as ADA too."""
    console.add("Ada", "viewer")
    assert console.visitor().sign_in(" ADA ").status_code == 303


def test_cookies_are_for_this_host_over_tls_alone(console: Console) -> None:
    """Anywhere but on this machine the cookie is Secure, HttpOnly, Lax and `__Host-`; on it, it works without TLS."""
    console.add("ada", "viewer")
    here = _cookies(console.visitor().sign_in("ada"))
    assert here.keys() == {"repsync-session"}
    assert "HttpOnly" in here["repsync-session"]
    assert "Secure" not in here["repsync-session"]
    far = console.visitor()
    page = far.http.get("/console/sign-in", base_url="https://repsync.example.com")
    token = re.search(r'csrf_token" value="([^"]+)', page.text)
    assert token
    fields = {"name": "ada", "password": PASSWORD, "csrf_token": token[1]}
    headers = {"Origin": "https://repsync.example.com"}
    answer = far.http.post("/console/sign-in", data=fields, headers=headers, base_url="https://repsync.example.com")
    told = _cookies(answer)["__Host-repsync-session"]
    assert all(word in told for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in told


def test_a_password_over_plain_http_from_afar_is_not_looked_at(console: Console) -> None:
    """Anyone on the way could read it, and the browser would drop the cookie: the page says what to do."""
    console.add("ada", "viewer")
    far = console.visitor()
    token = re.search(r'csrf_token" value="([^"]+)', far.get("/console/sign-in").text)
    assert token
    fields = {"name": "ada", "password": PASSWORD, "csrf_token": token[1]}
    answer = far.send("/console/sign-in", fields, Origin="http://10.0.0.5:8080", **{"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, "ssh -L" in answer.text) == (400, True)
    assert console.ledger("SELECT * FROM sign_ins") == []


@pytest.mark.parametrize(
    ("broken", "headers"),
    [
        ({"csrf_token": ""}, {}),
        ({"csrf_token": "0" * 64}, {}),
        ({"csrf_token": "é"}, {}),
        ({}, {"Origin": "https://evil.example"}),
        ({}, {"Origin": "null"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"Sec-Fetch-Site": "same-site"}),
    ],
)
def test_forms_of_other_sites_do_nothing(console: Console, broken: dict[str, str], headers: dict[str, str]) -> None:
    """Without the page's own token, or from another origin, neither a sign-in nor an action is looked at."""
    admin = console.person("admin")
    token = re.search(r'csrf_token" value="([^"]+)', admin.get("/console/users").text)
    assert token
    fields = {"csrf_token": token[1], "name": "eve", "role": "admin", "password": PASSWORD} | broken
    assert admin.send("/console/users", fields, **headers).status_code == 400
    assert admin.send("/console/sign-in", fields, **headers).status_code == 400
    assert [row["name"] for row in console.ledger("SELECT name FROM users")] == ["admin"]
    if not broken:
        assert admin.send("/console/users", fields).status_code == 303


def test_a_token_of_one_session_is_worth_nothing_in_another(console: Console) -> None:
    """CSRF tokens are bound to the session."""
    admin, ops = console.person("admin"), console.person("ops")
    token = re.search(r'csrf_token" value="([^"]+)', ops.get("/console/").text)
    assert token
    assert admin.send("/console/users/ops/remove", {"csrf_token": token[1]}).status_code == 400


Change = Callable[[Connection], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda connection: changed_role(connection, "tests", "viewer", "ops", None),
        lambda connection: changed_password(connection, "tests", "viewer", "another password"),
        lambda connection: removed_user(connection, "tests", "viewer"),
        lambda connection: connection.execute(text("UPDATE sessions SET seen_at = now() - interval '12 h 1 s'")),
        lambda connection: connection.execute(text("UPDATE sessions SET created_at = now() - interval '7 d 1 s'")),
    ],
    ids=["role", "password", "removed", "idle", "a week"],
)
def test_sessions_end(console: Console, change: Change) -> None:
    """With another role or password, without the user, after 12 idle hours, after a week."""
    viewer = console.person("viewer")
    assert viewer.get("/console/").status_code == 200
    with transaction(console.engine) as connection:
        change(connection)
    assert viewer.get("/console/").status_code == 303


def test_signing_out_ends_the_session_on_the_server(console: Console) -> None:
    """The cookie is dropped, and whoever kept a copy has nothing."""
    viewer = console.person("viewer")
    kept = viewer.http.get_cookie("repsync-session")
    assert kept is not None
    assert viewer.post("/console/sign-out").status_code == 303
    assert viewer.http.get_cookie("repsync-session") is None
    viewer.http.set_cookie("repsync-session", kept.value)
    assert viewer.get("/console/").status_code == 303


def test_looking_keeps_a_session_and_a_page_left_open_does_not(console: Console) -> None:
    """Only what a person asks for moves the idle time; htmx asking by itself does not."""
    viewer = console.person("viewer")
    old = "UPDATE sessions SET seen_at = now() - interval '11 h'"
    idle_h = "SELECT round(extract(epoch FROM now() - seen_at) / 3600) AS h FROM sessions"
    console.ledger(old)
    assert viewer.get("/console/now", **{"HX-Request": "true"}).status_code == 200
    assert console.ledger(idle_h)[0]["h"] == 11
    viewer.get("/console/")
    assert console.ledger(idle_h)[0]["h"] == 0


def test_tries_of_a_name_are_counted_wherever_they_come_from(console: Console, database_url: str) -> None:
    """Ten tries of a name from ten addresses in two processes close the door for that name, and say for how long."""
    console.add("ada", "viewer")
    engines = (console.engine, connect_engine(database_url))
    for at in range(MOST_OF_NAME):
        with pytest.raises(WrongPassword):
            sign_in(engines[at % 2], "ada", "not the password", f"192.0.2.{at}")
    with pytest.raises(TooManyTries) as tries:
        sign_in(console.engine, "ada", PASSWORD, "192.0.2.200")
    assert 880 < tries.value.wait_s <= 900
    answer = console.visitor().sign_in("ada")
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 880) == (429, True)
    console.ledger("UPDATE sign_ins SET at = at - interval '15 min'")
    assert console.visitor().sign_in("ada").status_code == 303


def test_who_waits_as_long_as_was_said_is_let_in(console: Console) -> None:
    """Also where the tries, and those that were refused, lie minutes apart, and others came from the same address."""
    console.add("ada", "viewer")
    statement = (
        "INSERT INTO sign_ins (name_hash, address, at)"
        " SELECT sha256(convert_to(CASE WHEN i < 12 THEN 'ada' ELSE 'eve' END, 'UTF8')), '127.0.0.1',"
        " now() - i * interval '1 min' FROM generate_series(1, 14) AS i"
    )
    console.ledger(statement)
    with pytest.raises(TooManyTries) as tries:
        sign_in(console.engine, "ada", PASSWORD, "127.0.0.1")
    console.ledger("UPDATE sign_ins SET at = at - :waited * interval '1 s'", waited=tries.value.wait_s)
    assert 300 < tries.value.wait_s <= 360
    assert console.visitor().sign_in("ada").status_code == 303


def test_a_name_that_nobody_has_is_limited_alike(console: Console) -> None:
    """The limit tells nobody whether a name exists."""
    for _ in range(MOST_OF_NAME):
        assert console.visitor().sign_in("nobody").status_code == 403
    assert console.visitor().sign_in("nobody").status_code == 429


def test_tries_at_once_do_not_slip_through(console: Console) -> None:
    """Of twenty tries at the same moment ten are looked at."""
    console.add("ada", "viewer")

    def attempt(at: int) -> type[Exception]:
        try:
            sign_in(console.engine, "ada", "not the password", f"192.0.2.{at}")
        except (WrongPassword, TooManyTries) as refused:
            return type(refused)
        raise AssertionError

    with ThreadPoolExecutor(20) as threads:
        assert list(threads.map(attempt, range(20))).count(WrongPassword) == MOST_OF_NAME


def test_tries_from_an_address_are_counted_whatever_the_names(console: Console) -> None:
    """Guessing one password for many names ends too; behind a proxy the visitor's address counts, not the proxy's."""
    console.add("ada", "viewer")
    statement = text(
        "INSERT INTO sign_ins (name_hash, address) SELECT decode(to_char(i, 'FM0000'), 'hex'), :address"
        " FROM generate_series(1, :most) AS i"
    )
    with transaction(console.engine) as connection:
        connection.execute(statement, {"address": "203.0.113.9", "most": MOST_OF_ADDRESS})
    behind = {"Origin": "http://localhost", "X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    visitor = console.visitor()
    token = re.search(r'csrf_token" value="([^"]+)', visitor.get("/console/sign-in").text)
    assert token
    fields = {"name": "ada", "password": PASSWORD, "csrf_token": token[1]}
    assert visitor.send("/console/sign-in", fields, **behind).status_code == 429
    from_afar = console.visitor(REMOTE_ADDR="198.51.100.7")
    assert from_afar.sign_in("ada").status_code == 303


def test_everything_is_in_the_audit_log_but_what_was_typed(console: Console) -> None:
    """Signing in, failing, being refused and signing out are told with who; a name that nobody has is not kept."""
    console.add("ada", "viewer")
    person = console.visitor()
    person.sign_in("ada", "mistyped password")
    person.sign_in("my password in the wrong field", "x")
    person.sign_in("ada")
    person.post("/console/sign-out")
    assert console.audited() == [
        ("ada", "sign-in failed", "user:ada"),
        ("unknown", "sign-in failed", "user:unknown"),
        ("ada", "sign-in", "user:ada"),
        ("ada", "sign-out", "user:ada"),
    ]
    kept = str(console.ledger("SELECT * FROM audit_log"))
    assert "127.0.0.1" in kept
    assert "mistyped" not in kept
    assert "wrong field" not in kept


@pytest.mark.parametrize(
    ("going", "leads"),
    [
        ("/console/reps?sort=xp", True),
        ("/console/", True),
        ("https://evil.example/console/", False),
        ("//evil.example/console/", False),
        ("/\\evil.example/console/", False),
        ("/console/\\..\\..", False),
        ("/console/\r\nSet-Cookie: x", False),
        ("javascript:alert(1)//console/", False),
        ("/api/reps/x", False),
        ("", False),
    ],
)
def test_the_sign_in_leads_to_pages_of_the_console_alone(going: str, leads: bool) -> None:
    """`next` is followed only to where one can have been going."""
    assert safe_next(going) == (going if leads else None)


def test_the_first_user_is_asked_for(console: Console) -> None:
    """While there is no user the sign-in page says how to make one; then no more."""
    assert "repsync users add NAME --role admin" in console.visitor().get("/console/sign-in").text
    console.add("ada", "admin")
    assert "repsync users add" not in console.visitor().get("/console/sign-in").text


def test_who_is_signed_in_need_not_sign_in_again(console: Console) -> None:
    """The sign-in page leads on."""
    viewer: Person = console.person("viewer")
    assert viewer.get("/console/sign-in").location == "/console/"
