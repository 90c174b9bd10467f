"""Parked work as a person in a browser deals with it, until the rep's row in Twenty says so."""

import json
from datetime import UTC, datetime
from itertools import count

import pytest
from console_browser import Browser
from console_stage import JANE, JONY, ConsoleStage

from ledger.engine import transaction
from ledger.inbox import store_new
from schemas.delivery import NewDelivery

TITLE = "Call - CONTACT | 2:05 | Kim"
HOSTILE = "<img src=x onerror=alert(1)>'; DROP TABLE facts; --\u202e"
PAGES = ("/console/deliveries", "/console/jobs", "/console/unattributed")
_keys = count(1)


def park(stage: ConsoleStage, rep: str | None = JANE, key_name: str = "", title: str = TITLE) -> int:
    """A call's delivery that could not be digested when it came; its id."""
    number, now = next(_keys), datetime.now(UTC).isoformat()
    author = {"source": "MANUAL", "workspaceMemberId": rep, "name": key_name, "context": {}}
    record = {"id": f"parked-{number}", "title": title, "createdBy": author, "createdAt": now, "updatedAt": now}
    body = {"eventName": "note.created", "eventDate": now, "record": {**record, "deletedAt": None, "bodyV2": None}}
    with transaction(stage.engine) as connection:
        delivery = NewDelivery("twenty", f"parked-{number}", json.dumps(body).encode(), {}, datetime.now(UTC))
        [stored] = store_new(connection, [delivery])
        assert stored
        connection.exec_driver_sql(
            "UPDATE deliveries SET state = 'parked', reason = 'could not be digested: KeyError', digested_at = now()"
            f" WHERE id = {stored.id}"
        )
    return stored.id


def state(stage: ConsoleStage, delivery: int) -> str:
    """What became of a delivery."""
    (row,) = stage.ledger("SELECT state FROM deliveries WHERE id = :id", id=delivery)
    return str(row["state"])


def xp(stage: ConsoleStage, rep: str) -> int:
    """What the rep's row in Twenty says."""
    return int(stage.row(rep).get("totalXp") or 0)


@pytest.fixture
def ops(browser: Browser, console_stage: ConsoleStage) -> Browser:
    """Somebody of ops; the members are known, and Jane has worked."""
    if not console_stage.row(JANE):
        console_stage.call("Call - NO_ANSWER | 0:40 | Kim")
    browser.wait(lambda: len(console_stage.ledger("SELECT id FROM members")) >= 2, 60)
    browser.wait(lambda: console_stage.row(JANE), 60)
    browser.enter_as("ops")
    return browser


def test_a_parked_delivery_is_found_previewed_and_requeued_until_the_row_says_so(
    ops: Browser, console_stage: ConsoleStage
) -> None:
    """By its reason's chip; the page moves by itself from at work to done while the row in Twenty gains 20 XP."""
    delivery, before = park(console_stage), xp(console_stage, JANE)
    ops.open("/console/deliveries")
    ops.follow(ops.find("a.chip[href*='reason=could']"))
    ops.find(f"input[value='{delivery}']").click()
    ops.follow(ops.find("button[value=selected].button-main"))
    assert "will add a call fact for Jane Austen, +20 XP" in ops.text()
    assert state(console_stage, delivery) == "parked"
    ops.follow(ops.find("main .button-main"))
    ops.wait_for("1 of 1 digested", 60)
    ops.wait(lambda: "done" in ops.text("#progress-head"), 60)
    assert "+20 XP" in ops.text("#progress")
    assert state(console_stage, delivery) == "processed"
    assert xp(console_stage, JANE) == before + 20


def test_an_unattributed_name_is_mapped_and_xp_appears(ops: Browser, console_stage: ConsoleStage) -> None:
    """The dialer's calls wait; Jony is chosen, the preview read, and his row in Twenty gains what it said."""
    before = xp(console_stage, JONY)
    console_stage.ledger(
        "UPDATE deliveries SET state = 'pending', reason = NULL, digested_at = NULL WHERE id = :id RETURNING id",
        id=park(console_stage, None, "dialer"),
    )
    console_stage.digest()
    ops.wait(lambda: console_stage.ledger("SELECT key FROM facts WHERE rep_hint = 'dialer'"), 60)
    ops.open("/console/unattributed")
    form = ops.find("form:has(input[value=dialer])")
    form.find_element("css selector", "input[name=rep]").send_keys("Jony Ive")
    ops.follow(form.find_element("css selector", "button"))
    assert "1 call, until now nobody’s" in ops.text()
    ops.follow(ops.find("main .button-main"))
    ops.wait_for("+20 XP", 90)
    ops.wait(lambda: "released" in ops.text("#progress-head"), 90)
    ops.wait(lambda: xp(console_stage, JONY) == before + 20, 60)
    ops.open("/console/unattributed")
    assert "dialer" not in ops.text()


def test_the_keyboard_alone_gets_through_a_requeue(ops: Browser, console_stage: ConsoleStage) -> None:
    """Tab, space and enter: choose, preview, confirm, and see that it is done."""
    delivery = park(console_stage)
    ops.open("/console/deliveries?state=parked")
    ops.tab_to(f"Choose delivery {delivery}")
    ops.press(" ")
    ops.tab_to("Requeue chosen…")
    ops.press("\ue007")
    ops.wait_for("Requeue 1 delivery?")
    ops.tab_to("Requeue 1 delivery")
    ops.press("\ue007")
    ops.wait(lambda: "done" in ops.text("#progress-head"), 60)
    assert state(console_stage, delivery) == "processed"


def test_dismissing_asks_why_and_the_delivery_tells_it(ops: Browser, console_stage: ConsoleStage) -> None:
    """The browser itself holds back a form without a reason."""
    delivery = park(console_stage)
    ops.open(f"/console/deliveries/{delivery}")
    ops.follow(ops.find("button[formaction]"))
    ops.find("main .button-danger").click()
    assert state(console_stage, delivery) == "parked"
    ops.find("#because").send_keys("a note of a test")
    ops.follow(ops.find("main .button-danger"))
    assert state(console_stage, delivery) == "dismissed"
    ops.open(f"/console/deliveries/{delivery}")
    assert "a note of a test" in ops.text()


def test_a_viewer_has_nothing_to_press(browser: Browser, console_stage: ConsoleStage) -> None:
    """The pages are there to read, without a box or a button of theirs."""
    delivery = park(console_stage)
    browser.enter_as("viewer")
    for path in (*PAGES, f"/console/deliveries/{delivery}"):
        browser.open(path)
        assert browser.find_all("main form[method=post], main input[type=checkbox]") == []
    assert "KeyError" in browser.text()


def test_names_from_outside_do_nothing_in_a_browser(ops: Browser, console_stage: ConsoleStage) -> None:
    """HTML, SQL and marks that turn the writing direction are read as they are; the console stays silent."""
    hostile = park(console_stage, None, HOSTILE)
    ops.open(f"/console/deliveries/{hostile}")
    ops.follow(ops.find("form[action$=text] button"))
    assert "<img src=x onerror=alert(1)>" in ops.text("pre")
    console_stage.ledger(
        "UPDATE deliveries SET state = 'pending', reason = NULL, digested_at = NULL WHERE id = :id RETURNING id",
        id=hostile,
    )
    console_stage.digest()
    ops.wait(lambda: state(console_stage, hostile) == "parked", 60)
    ops.open("/console/unattributed")
    assert "<img src=x onerror=alert(1)>'; DROP TABLE facts; --�" in ops.text()
    assert ops.find_all("main img") == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_every_page_of_work_can_be_used_by_everybody(
    ops: Browser, console_stage: ConsoleStage, *, dark: bool, phone: bool
) -> None:
    """axe-core finds nothing, and nothing is wider than the window."""
    delivery = park(console_stage, title="Call - GATEKEEPER | 0:40 | Kim")
    park(console_stage, None, "another-dialer")
    console_stage.ledger("UPDATE reps SET dirty = dirty + 1, refused = 'Twenty: no number' WHERE id = :rep", rep=JANE)
    ops.look(dark=dark, phone=phone)
    for path in (*PAGES, f"/console/deliveries?rep={JANE}", f"/console/deliveries/{delivery}"):
        ops.open(path)
        assert (path, ops.axe_violations(), max(ops.overflow(), 0)) == (path, [], 0)
    ops.follow(ops.find("form[action$=preview] button.button-main"))
    assert (ops.axe_violations(), max(ops.overflow(), 0)) == ([], 0)
    ops.open(f"/console/deliveries/{delivery}")
    ops.follow(ops.find("button[formaction]"))
    assert (ops.axe_violations(), max(ops.overflow(), 0)) == ([], 0)
