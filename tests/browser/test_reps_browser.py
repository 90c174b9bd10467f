"""The pages of reps and of the audit, as a person looks at them and acts on them."""

import pytest
from console_browser import Browser
from console_stage import JANE, JONY, ConsoleStage
from selenium.webdriver.common.by import By

PAGES = ("/console/reps", f"/console/reps/{JANE}", "/console/audit")


@pytest.fixture(scope="module")
def at_work(console_stage: ConsoleStage) -> ConsoleStage:
    """Jane called twice, and Twenty's row says so."""
    console_stage.call("Call - CONTACT | 2:05 | Call to Kim Lee")
    console_stage.call("Call - NO_ANSWER | 0:05 | Call to Kim Lee")
    return console_stage


def _written(browser: Browser, stage: ConsoleStage, xp: int) -> None:
    browser.wait(lambda: stage.row(JANE).get("totalXp") == xp, 60)


@pytest.mark.parametrize("phone", [False, True])
def test_the_pages_are_clean_in_light_and_dark(browser: Browser, at_work: ConsoleStage, phone: bool) -> None:
    """axe finds nothing, nothing runs out of the window, with all details open."""
    _written(browser, at_work, 22)
    browser.enter_as("ops")
    for path in PAGES:
        for dark in (False, True):
            browser.look(dark=dark, phone=phone)
            browser.open(path)
            browser.driver.execute_script("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert browser.axe_violations() == []
            assert browser.overflow() <= 0


def test_a_call_shows_on_the_reps_page_after_a_sync(browser: Browser, at_work: ConsoleStage) -> None:
    """From the table to Jane's page, one more call, Sync now: the page says what changed, and Twenty's row has it."""
    _written(browser, at_work, 22)
    browser.enter_as("ops")
    browser.open("/console/reps")
    browser.follow(browser.driver.find_element(By.LINK_TEXT, "Jane Austen"))
    assert browser.path == f"/console/reps/{JANE}"
    at_work.end_worker()
    at_work.call("Call - CONTACT | 2:40 | Call to Kim Lee")
    browser.wait(lambda: at_work.ledger("SELECT 1 FROM deliveries WHERE state = 'pending'"))
    browser.follow(browser.driver.find_element(By.XPATH, "//button[.='Sync now']"))
    browser.wait_for("Synced")
    at_work.start_worker()
    assert "totalXp 22 42" in " ".join(browser.text().split())
    assert at_work.row(JANE)["totalXp"] == 42
    browser.open(f"/console/audit?rep={JANE}&actor=ops")
    assert "rep synced" in browser.text("#log ~ table")


def test_the_keyboard_sorts_and_searches(browser: Browser, at_work: ConsoleStage) -> None:
    """A heading and the search are reached and used without a mouse."""
    browser.enter_as("viewer")
    browser.open("/console/reps")
    browser.tab_to("Name or id")
    browser.press("J", "o", "n", "y", "\ue007")
    browser.wait(lambda: "search=Jony" in browser.path)
    assert "Jony Ive" in browser.text("table")
    assert "Jane Austen" not in browser.text("table")
    browser.tab_to("XP")
    browser.press("\ue007")
    browser.wait(lambda: "sort=-xp" in browser.path)
    assert "search=Jony" in browser.path


def test_an_audit_is_asked_for_and_found(browser: Browser, at_work: ConsoleStage) -> None:
    """Ops presses, a worker proves, and the page says clean with each proof."""
    browser.enter_as("ops")
    browser.open("/console/audit")
    browser.follow(browser.driver.find_element(By.XPATH, "//button[.='Run the audit now']"))

    def proven() -> bool:
        browser.open("/console/audit")
        return "by ops, in" in browser.text()

    browser.wait(proven, 60)
    assert "clean" in browser.text("section")
    assert browser.text("table").count("holds") == 9


def test_a_rep_reads_its_own_page_on_a_phone(browser: Browser, at_work: ConsoleStage) -> None:
    """Progress is what it sees first, and nothing to act with."""
    browser.look(phone=True)
    browser.enter_as("rep", JONY)
    assert "No standing yet." in browser.text()
    assert browser.find_all("main form") == []
