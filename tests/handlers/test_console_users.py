"""Users in the console: adding, changing, removing, with who did it in the audit log."""

import pytest
from console import PASSWORD, Console

JANE = "20202020-463f-435b-828c-107e007a2711"


@pytest.fixture
def console(database_url: str) -> Console:
    """An empty ledger's console."""
    return Console(database_url)


def _users(console: Console) -> dict[str, tuple[str, str | None]]:
    return {row["name"]: (row["role"], row["rep"]) for row in console.ledger("SELECT * FROM users")}


def test_an_admin_adds_users_who_can_sign_in(console: Console) -> None:
    """A new user signs in at once; a new rep is bound to its member."""
    admin = console.person("admin")
    fields = {"name": "Jane", "password": PASSWORD, "role": "rep", "rep": JANE}
    assert admin.post("/console/users", fields).status_code == 303
    assert _users(console)["jane"] == ("rep", JANE)
    jane = console.visitor()
    assert jane.sign_in("jane").status_code == 303
    assert jane.get("/console/home").location == f"/console/reps/{JANE}"
    assert ("admin", "user added", "user:jane") in console.audited()
    assert PASSWORD not in str(console.ledger("SELECT * FROM audit_log"))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "admin"}, "There is a user"),
        ({"name": "two words"}, "1 to 80 letters"),
        ({"name": ""}, "1 to 80 letters"),
        ({"password": "too short"}, "12 characters at least"),
        ({"role": "rep"}, "needs the id"),
        ({"role": "rep", "rep": "Nobody"}, "Nobody, or more than one"),
        ({"role": "ops", "rep": JANE}, "Only a user of the role rep"),
    ],
)
def test_what_can_not_be_is_told_and_changes_nothing(console: Console, fields: dict[str, str], told: str) -> None:
    """The page comes back with the reason, without the password."""
    admin = console.person("admin")
    answer = admin.post("/console/users", {"name": "ada", "password": PASSWORD, "role": "viewer", **fields})
    assert (answer.status_code, told in answer.text) == (400, True)
    assert PASSWORD not in answer.text
    assert set(_users(console)) == {"admin"}


def test_a_role_that_is_none_gives_the_least(console: Console) -> None:
    """A forged form makes nobody more than a viewer."""
    console.person("admin").post("/console/users", {"name": "ada", "password": PASSWORD, "role": "root"})
    assert _users(console)["ada"] == ("viewer", None)


def test_a_changed_role_signs_out(console: Console) -> None:
    """The old role's session is worth nothing from then on, and the change is told with before and after."""
    admin, viewer = console.person("admin"), console.person("viewer")
    assert admin.post("/console/users/viewer/role", {"role": "ops"}).status_code == 303
    assert viewer.get("/console/").status_code == 303
    row = console.ledger("SELECT before, after FROM audit_log WHERE action = 'role changed'")[0]
    assert row == {"before": {"role": "viewer"}, "after": {"role": "ops"}}


def test_ending_sessions_signs_out_everywhere(console: Console) -> None:
    """All of a user's sessions end, and nobody else's."""
    admin, viewer = console.person("admin"), console.person("viewer")
    second = console.visitor()
    second.sign_in("viewer")
    admin.post("/console/users/viewer/sessions")
    assert [person.get("/console/").status_code for person in (viewer, second, admin)] == [303, 303, 200]


def test_the_last_admin_stays(console: Console) -> None:
    """Neither removed nor made less: somebody must be able to add users."""
    admin = console.person("admin")
    for path, fields in (("remove", {}), ("role", {"role": "viewer"})):
        answer = admin.post(f"/console/users/admin/{path}", fields)
        assert (answer.status_code, "the last admin" in answer.text) == (400, True)
    console.add("ada", "admin")
    assert admin.post("/console/users/ada/remove").status_code == 303
    assert set(_users(console)) == {"admin"}


def test_who_is_not_there_any_more_is_told(console: Console) -> None:
    """Two admins at work: the second hears that the user is gone."""
    answer = console.person("admin").post("/console/users/nobody/remove")
    assert (answer.status_code, "there is no user" in answer.text) == (400, True)


def test_names_from_outside_are_text(console: Console) -> None:
    """A member's name with markup, a terminal's or a writing direction's commands is shown and does nothing."""
    name = "<script>alert(1)</script>\x1b[2J\u202egpj.exe"
    console.ledger("INSERT INTO members (id, name, updated_at) VALUES ('x', :name, now())", name=name)
    html = console.person("admin").get("/console/users").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;�[2J�gpj.exe" in html
    assert "<script>alert" not in html
