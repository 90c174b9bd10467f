"""What no page of the console sends, and somebody at the keyboard may: never a fault of ours."""

from urllib.parse import quote

import pytest
from console import TOKEN, Console

JANE = "20202020-463f-435b-828c-107e007a2711"
NUL, HUGE, BROKEN = "a\x00b", "9" * 19, "//["
GETS = (
    f"/console/deliveries/{HUGE}",
    f"/console/deliveries?rep={quote(NUL)}&until=9999-12-31T23:59:59-14:00",
    "/console/deliveries?since=0001-01-01T00:00:00%2B14:00",
    f"/console/deliveries/requeued?reps={quote(NUL)}&ids={HUGE}&since=2026-01-01T00:00:00Z",
    f"/console/deliveries/requeued?reps={quote(NUL)}&since=2026-01-01T00:00:00Z",
    "/console/audit?until=9999-12-31",
    f"/console/audit?before={HUGE}&rep={quote(NUL)}",
    f"/console/reps?search={quote(NUL)}&page={HUGE}",
    f"/console/jobs?page={HUGE}&done={HUGE}",
    f"/console/reps/{quote(NUL)}?awards={HUGE}",
    f"/console/reps/{JANE}?done={HUGE}",
    f"/console/records/note/{quote(NUL)}",
    f"/console/unattributed/mapped?source=twenty&name={quote(NUL)}",
    f"/console/sign-in?next={BROKEN}",
)
POSTS: tuple[tuple[str, dict[str, str]], ...] = (
    (f"/console/deliveries/{HUGE}/text", {}),
    ("/console/deliveries/preview", {"id": HUGE}),
    ("/console/deliveries/requeue", {"id": "9" * 5000}),
    ("/console/deliveries/dismissal", {"id": HUGE}),
    ("/console/deliveries/dismiss", {"id": "1", "because": NUL}),
    ("/console/rows/retry", {"rep": NUL}),
    (f"/console/reps/{quote(NUL)}/sync", {}),
    (f"/console/reps/{quote(NUL)}/rebuild", {}),
    ("/console/unattributed/map", {"source": "twenty", "name": NUL, "rep": NUL}),
    ("/console/users", {"name": "x", "role": "rep", "rep": NUL, "password": "a long password"}),
    (f"/console/users/{quote(NUL)}/role", {"role": "viewer"}),
    ("/console/sign-in", {"name": NUL, "password": NUL}),
    ("/console/password", {"current": NUL, "password": NUL}),
    ("/console/sign-in", {"name": "x", "password": "y", "next": BROKEN}),
)


def test_values_that_no_page_sends_are_no_fault_of_ours(database_url: str) -> None:
    """NUL, numbers that no row has, times at the ends of the calendar and half addresses: an answer, never a 500."""
    console = Console(database_url)
    admin, visitor = console.person("admin"), console.visitor()
    token = TOKEN.search(admin.get("/console/users").text)
    assert token
    answers = {path: admin.get(path).status_code for path in GETS}
    answers |= {path: visitor.get(path).status_code for path in GETS}
    answers |= {
        path + str(said): admin.send(path, {"csrf_token": token[1], **said}).status_code for path, said in POSTS
    }
    assert {path: status for path, status in answers.items() if status >= 500} == {}


@pytest.mark.parametrize("broken", ["[", "http://[", "http://[::1", "http://a:b:c", "http://\xbd"])
def test_half_addresses_in_headers_are_no_fault_of_ours(database_url: str, broken: str) -> None:
    """Host, Origin and X-Forwarded-For are whatever a sender writes."""
    visitor = Console(database_url).visitor()
    for headers in ({"Host": broken}, {"X-Forwarded-For": broken, "X-Forwarded-Proto": broken}):
        assert visitor.get("/console/sign-in", **headers).status_code < 500
    assert visitor.send("/console/sign-in", {"name": "a", "password": "b"}, Origin=broken).status_code == 400
