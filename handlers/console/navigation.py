"""The pages that the navigation lists, for whom."""

from dataclasses import dataclass

from handlers.console.access import Needed, may


@dataclass(frozen=True, slots=True)
class Page:
    """A line of the navigation: its endpoint, its words and the least role that it is shown to."""

    endpoint: str
    title: str
    needed: Needed = "viewer"


PAGES = (
    Page("console.now", "Now"),
    Page("console.deliveries", "Deliveries"),
    Page("console.jobs", "Jobs"),
    Page("console.reps", "Reps"),
    Page("console.unattributed", "Unattributed"),
    Page("console.audit", "Audit"),
    Page("console.users", "Users", "admin"),
)


def pages() -> list[Page]:
    """Those that who is signed in may open."""
    return [page for page in PAGES if may(page.needed)]
