"""Who may see and do what in the console, and what every answer says to the browser."""

import re
from collections.abc import Iterator

import pytest
from console import Console, Person

from handlers.console.headers import POLICY
from ledger.errors import LedgerOutdated

JANE, JONY = "20202020-463f-435b-828c-107e007a2711", "20202020-77d5-4cb6-b60a-f4a835a85d61"
OPEN = {"console.sign_in", "console.sign_in_post", "console.nothing", "console.static"}
ANYBODYS = {"console.home", "console.sign_out", "console.password", "console.password_change"}
OWN = {"console.rep"}


@pytest.fixture
def console(database_url: str) -> Console:
    """An empty ledger's console."""
    return Console(database_url)


def _routes(console: Console) -> Iterator[tuple[str, str, str]]:
    """(endpoint, method, path) of all that the console serves, with Jony's id for a rep."""
    adapter = console.app.url_map.bind("localhost")
    for rule in console.app.url_map.iter_rules():
        if not rule.endpoint.startswith("console."):
            continue
        values = {
            name: JONY if name == "rep" else ("1" if name in ("id", "delivery") else "x") for name in rule.arguments
        }
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield rule.endpoint, method, adapter.build(rule.endpoint, values, method)


def _asked(person: Person, method: str, path: str) -> int:
    return (person.get(path) if method == "GET" else person.post(path)).status_code


def test_nothing_is_served_to_who_is_not_signed_in(console: Console) -> None:
    """Every route but the sign-in, the styles and the page for unknown addresses leads to the sign-in page."""
    routes = [route for route in _routes(console) if route[0] not in OPEN]
    assert len(routes) > 12
    for endpoint, method, path in routes:
        answer = console.visitor().get(path) if method == "GET" else console.visitor().post(path)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/console/sign-in"), endpoint


def test_a_rep_gets_403_everywhere_but_on_its_own_page(console: Console) -> None:
    """Of all routes only its own page, its password and signing out are a rep's; another rep's page is not."""
    console.ledger("INSERT INTO members (id, name, updated_at) VALUES (:rep, 'Jane Austen', now())", rep=JANE)
    rep = console.person("rep", JANE)
    for endpoint, method, path in _routes(console):
        if endpoint not in OPEN | ANYBODYS:
            assert (_asked(rep, method, path), endpoint) == (403, endpoint)
    own = rep.get(f"/console/reps/{JANE}")
    assert own.status_code == 200
    assert rep.get("/console/home").location == f"/console/reps/{JANE}"


def test_a_viewer_sees_all_pages_and_can_do_nothing(console: Console) -> None:
    """Every POST is refused to a viewer, and so are the pages that manage users."""
    viewer = console.person("viewer")
    for endpoint, method, path in _routes(console):
        if endpoint in OPEN | ANYBODYS:
            continue
        is_forbidden = method == "POST" or endpoint == "console.users"
        assert (_asked(viewer, method, path) == 403, endpoint) == (is_forbidden, endpoint)
    assert "/console/users" not in viewer.get("/console/").text


def test_only_admins_manage_users(console: Console) -> None:
    """Ops act on deliveries and reps, not on users."""
    ops = console.person("ops")
    managing = [route for route in _routes(console) if route[0].startswith("console.user")]
    assert len(managing) == 5
    assert {_asked(ops, method, path) for _, method, path in managing} == {403}
    assert console.person("admin").get("/console/users").status_code == 200


def test_a_view_that_says_nothing_is_an_admins_alone(console: Console) -> None:
    """Whoever forgets `needs` on a view opens it to nobody new."""
    view = console.app.view_functions["console.deliveries"]
    del view.__dict__["needed"]
    assert console.person("ops").get("/console/deliveries").status_code == 403
    assert console.person("admin").get("/console/deliveries").status_code == 200


@pytest.mark.parametrize(
    "path", ["/console/sign-in", "/console/", "/console/no-such-page", "/console/static/layout.css"]
)
def test_every_answer_keeps_what_is_foreign_out(console: Console, path: str) -> None:
    """No foreign or inline script or style runs, no frame holds the page, no foreign site learns where one was."""
    headers = console.person("viewer").get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_kept_and_styles_are(console: Console) -> None:
    """A page is never in a cache; a style under the address that pages give is there for a year, else asked again."""
    viewer = console.person("viewer")
    page = viewer.get("/console/")
    assert page.headers["Cache-Control"] == "no-store"
    style = re.search(r'href="(/console/static/layout\.css\?v=[0-9a-f]+)"', page.text)
    assert style
    assert viewer.get(style[1]).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert viewer.get("/console/static/layout.css?v=0").headers["Cache-Control"] == "no-cache"
    assert viewer.get("/console/static/../access.py").status_code == 404


def test_no_page_holds_inline_scripts_or_styles(console: Console) -> None:
    """The policy would keep them from working."""
    admin = console.person("admin")
    for endpoint, method, path in _routes(console):
        if method == "GET" and endpoint != "console.static":
            html = admin.get(path).text
            assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", html), path


def test_the_menu_says_where_one_is(console: Console) -> None:
    """The page that is open is marked for who does not see colours."""
    html = console.person("viewer").get("/console/reps").text
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', html) == ["/console/reps"]


def test_a_ledger_that_is_away_is_told_on_a_page(database_url: str) -> None:
    """503 with words and Retry-After instead of a fault, on any page."""
    console = Console(database_url)
    viewer = console.person("viewer")
    away = Console("postgresql://127.0.0.1:1/none")
    answer = away.visitor().get("/console/sign-in")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "The ledger is away" in answer.text
    console.app.view_functions["console.deliveries"] = _outdated(console)
    assert "The ledger is of another release" in viewer.get("/console/deliveries").text


def _outdated(console: Console) -> object:
    def raising() -> str:
        raise LedgerOutdated

    raising.__dict__["needed"] = ("viewer", False)
    return raising


def test_a_fault_is_told_without_its_text(console: Console) -> None:
    """The page of a fault holds nothing of the error."""

    def raising() -> str:
        raise ValueError("canary")

    raising.__dict__["needed"] = ("viewer", False)
    console.app.view_functions["console.deliveries"] = raising
    answer = console.person("viewer").get("/console/deliveries")
    assert answer.status_code == 500
    assert "A fault of ours" in answer.text
    assert "canary" not in answer.text
