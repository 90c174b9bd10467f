"""The Now page and the console's frame in a browser: live figures, colours with reasons, keyboard, phone, axe."""

import pytest
from console_browser import Browser
from console_stage import JANE, ConsoleStage
from selenium.webdriver.common.keys import Keys

OVERALL = ".overall"


@pytest.fixture(scope="module", autouse=True)
def _work(console_stage: ConsoleStage) -> None:
    """A call was made and swept before anybody looks."""
    console_stage.call("Call - CONTACT | 2:05 | Call to Kim")


def _swept(stage: ConsoleStage) -> bool:
    return bool(stage.ledger("SELECT 1 FROM sweep_state WHERE watermark_at IS NOT NULL"))


def test_a_call_moves_the_figures_while_one_looks(browser: Browser, console_stage: ConsoleStage) -> None:
    """The page brings itself up to date: all is well, and a new call raises what was received without a reload."""
    browser.wait(lambda: _swept(console_stage))
    browser.enter_as("viewer")
    browser.wait_for("All is well", 60)
    before = int(browser.find(".flow li:first-child dd").text)
    console_stage.call("Call - VOICEMAIL | 0:20 | Call to Kim")
    browser.wait(lambda: int(browser.find(".flow li:first-child dd").text) > before)


def test_work_that_stands_still_is_red_with_the_reason(browser: Browser, console_stage: ConsoleStage) -> None:
    """The only worker ends and a delivery waits: red, in words, while one looks; green when the worker is back."""
    browser.enter_as("viewer")
    console_stage.end_worker()
    console_stage.ledger(
        "INSERT INTO deliveries (source, key, raw, headers, sent_at, received_at)"
        " VALUES ('twenty', 'waits', '{\"eventName\": \"company.updated\"}', '{}', now(), now() - interval '5 min')"
    )
    browser.wait_for("Something stands still", 60)
    assert "A delivery has waited 5 min to be digested" in browser.text(OVERALL)
    assert "No worker runs. Start repsync worker" in browser.text(OVERALL)
    assert browser.axe_violations() == []
    console_stage.start_worker()
    browser.wait_for("All is well", 90)


def test_a_page_that_gets_no_answer_says_so(browser: Browser, console_stage: ConsoleStage) -> None:
    """Old figures are not shown as if they were new."""
    browser.enter_as("viewer")
    assert not browser.find("#no-answer").is_displayed()
    browser.driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    browser.driver.execute_cdp_cmd("Network.enable", {})
    browser.wait(lambda: browser.find("#no-answer").is_displayed())
    browser.driver.execute_cdp_cmd(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    browser.wait(lambda: not browser.find("#no-answer").is_displayed())
    browser.console_errors()  # the browser tells of requests that failed


def test_the_keyboard_alone_gets_around(browser: Browser, console_stage: ConsoleStage) -> None:
    """Sign in, skip the menu, follow a link of the menu and sign out, without a mouse; the focus can be seen."""
    name, password = console_stage.user("viewer")
    browser.open("/console/sign-in")
    browser.press(*name, Keys.TAB, *password, Keys.ENTER)
    browser.wait_for("From webhook to row")
    browser.tab_to("Skip to the page")
    assert browser.focused().rect["y"] >= 0
    browser.press(Keys.ENTER)
    assert browser.focused().get_attribute("id") == "main"
    browser.open("/console/")
    browser.tab_to("Reps")
    width = browser.driver.execute_script("return getComputedStyle(document.activeElement).outlineWidth")
    assert width == "3px"
    browser.press(Keys.ENTER)
    browser.wait(lambda: browser.path == "/console/reps")
    browser.tab_to("Sign out")
    browser.press(Keys.ENTER)
    browser.wait(lambda: browser.path == "/console/sign-in")


def test_the_focus_stays_where_it_is_while_figures_change(browser: Browser, console_stage: ConsoleStage) -> None:
    """Who reads with the keyboard is not thrown back to the top every few seconds."""
    browser.enter_as("viewer")
    browser.tab_to("Waiting")
    looked_at = browser.find("#picture > p time").text
    browser.wait(lambda: browser.find("#picture > p time").text != looked_at)
    assert browser.focused().text == "Waiting"


def test_an_admin_adds_and_removes_a_user(browser: Browser, console_stage: ConsoleStage) -> None:
    """Forms work, the dialog opens in place, and what can't be is told."""
    browser.enter_as("admin")
    browser.open("/console/users")
    browser.find("#name").send_keys("grace")
    browser.find("#password").send_keys("a long password")
    browser.follow(browser.find("form.card button"))
    row = next(row for row in browser.find_all("tbody tr") if row.text.startswith("grace"))
    row.find_element("css selector", "summary").click()
    assert browser.axe_violations() == []
    row.find_element("css selector", "summary.button-danger").click()
    assert browser.axe_violations() == []
    assert "grace" in browser.text("tbody")
    browser.follow(row.find_element("css selector", "button.button-danger"))
    assert "grace" not in browser.text("tbody")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_axe_finds_nothing_and_nothing_overflows(browser: Browser, dark: bool, phone: bool) -> None:
    """Sign-in, Now, users and the page of an error, in light and dark, on a desktop and a phone."""
    browser.look(dark=dark, phone=phone)
    browser.open("/console/sign-in")
    found = {"/console/sign-in": browser.axe_violations()}
    browser.enter_as("admin")
    for path in ("/console/", "/console/users", f"/console/reps/{JANE}/nothing"):
        browser.open(path)
        found[path] = browser.axe_violations()
        assert browser.overflow() <= 0, path
    assert not any(found.values()), found
    browser.console_errors()  # the browser tells of the 404
