"""Signing in and out, as a person does it."""

from console_browser import Browser
from console_stage import JANE, JONY, ConsoleStage

from accounts.signing_in import MOST_OF_NAME


def test_one_signs_in_where_one_was_going_and_out_again(browser: Browser, console_stage: ConsoleStage) -> None:
    """A page asks for the sign-in and opens after it; after signing out it asks again."""
    browser.open("/console/reps?sort=xp")
    assert browser.path == "/console/sign-in?next=%2Fconsole%2Freps%3Fsort%3Dxp"
    browser.enter_as("viewer")
    assert browser.path == "/console/reps?sort=xp"
    browser.follow(browser.find(".who button"))
    assert browser.path == "/console/sign-in"
    browser.open("/console/reps")
    assert browser.path.startswith("/console/sign-in")


def test_a_wrong_password_is_told_without_saying_what_was_wrong(browser: Browser, console_stage: ConsoleStage) -> None:
    """A wrong password and a name that nobody has read the same; the name stays in the form, the password does not."""
    name, _ = console_stage.user("viewer")
    told = []
    for tried in (name, "nobody"):
        browser.sign_in(tried, "not the password at all")
        told.append(browser.text("[role=alert]"))
        assert browser.find("#name").get_attribute("value") == tried
        assert browser.find("#password").get_attribute("value") == ""
    assert told == ["The name or the password is wrong."] * 2
    assert len(browser.console_errors()) == 2  # the browser tells of each 403


def test_too_many_wrong_passwords_close_the_door_for_a_while(browser: Browser, console_stage: ConsoleStage) -> None:
    """After ten tries not even the right password is looked at, and the page says for how long."""
    name, password = console_stage.user("ops")
    browser.open("/console/sign-in")
    for _ in range(MOST_OF_NAME):
        browser.sign_in(name, "not the password at all")
    browser.sign_in(name, password)
    assert browser.text("[role=alert]").startswith("Too many tries. The next one counts in 1")
    console_stage.ledger("DELETE FROM sign_ins")
    browser.sign_in(name, password)
    assert browser.path == "/console/"
    browser.console_errors()


def test_a_rep_sees_its_own_page_and_no_other(browser: Browser, console_stage: ConsoleStage) -> None:
    """A rep starts on its own page; another's and all lists are refused in words, with a way back."""
    browser.open("/console/sign-in")
    browser.enter_as("rep", JANE)
    assert browser.path == f"/console/reps/{JANE}"
    for path in (f"/console/reps/{JONY}", "/console/", "/console/reps", "/console/deliveries", "/console/users"):
        browser.open(path)
        assert "Not yours to see" in browser.text()
    browser.follow(browser.find("main a.button"))
    assert browser.path == f"/console/reps/{JANE}"
    browser.console_errors()
