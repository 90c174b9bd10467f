"""What went wrong, as pages that say what to do next, with nothing of the sender's."""

from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

from flask import Blueprint, Response, g, make_response, render_template
from werkzeug.exceptions import HTTPException

from accounts.signing_in import TooManyTries
from handlers.console.filters import span
from handlers.errors import RETRY_AFTER_S, note_fault
from ledger.errors import LedgerOutdated, LedgerUnavailable


class Told(NamedTuple):
    """A page's head, what happened, and what to do."""

    title: str
    what: str
    next: str


PAGES = {
    400: Told(
        "This form is too old",
        "It was made for another sign-in, or was not sent from this page.",
        "Go back, load the page anew and send it again. Nothing was changed.",
    ),
    403: Told("Not yours to see", "Your role does not reach this far.", "An admin can give you another role."),
    404: Told("Nothing here", "There is no such page, or what it showed is gone.", "Start from a page in the menu."),
    405: Told("Nothing here", "This address takes no such request.", "Start from a page in the menu."),
    413: Told("Too much at once", "The form is larger than is read.", "Send less of it."),
    429: Told("Too many tries", "So many wrong passwords look like guessing.", "Wait, then try again."),
    500: Told(
        "A fault of ours",
        "This page could not be made. The log has the place of the fault.",
        "Try again; if it stays, report it with the time.",
    ),
    503: Told(
        "The ledger is away",
        "PostgreSQL does not answer now. Webhooks are refused meanwhile and brought by the sweep later.",
        "Look whether PostgreSQL runs and takes connections, then load this page again.",
    ),
}
OUTDATED = Told(
    "The ledger is of another release",
    "Its tables are not those of this release.",
    "Start a worker of this release: it migrates the ledger. Then load this page again.",
)


def error_pages(console: Blueprint) -> None:
    """All of them, for what is below /console."""
    console.register_error_handler(HTTPException, _http_error)
    console.register_error_handler(LedgerUnavailable, lambda _: error_page(503, PAGES[503]))
    console.register_error_handler(LedgerOutdated, lambda _: error_page(503, OUTDATED))
    console.register_error_handler(Exception, _fault)


def error_page(status: int, told: Told) -> Response:
    """The page, in the console's layout."""
    g.outcome = g.get("outcome") or HTTPStatus(status).name.lower()
    response = make_response(render_template("console/error.html", status=status, told=told), status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def told_to_wait(form: Callable[[int, str], Response], tries: TooManyTries) -> Response:
    """The form again (made of a status and the problem), with when the next try counts."""
    response = form(429, f"Too many tries. The next one counts in {span(tries.wait_s)}.")
    response.headers["Retry-After"] = str(tries.wait_s)
    return response


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    return error_page(status, PAGES.get(status, Told(error.name, "This request can't be answered.", PAGES[404].next)))


def _fault(error: Exception) -> Response:
    note_fault(error)
    return error_page(500, PAGES[500])
