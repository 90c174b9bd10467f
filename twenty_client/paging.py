"""Reading a whole list, page by page."""

from collections.abc import Iterator
from typing import Protocol

from twenty_client.errors import ServerFault
from twenty_client.reply import Page, Reply
from twenty_client.request import MOST_ROWS, Request, list_rows


class Sends(Protocol):
    """Sends a request to Twenty (see `client.TwentyClient`)."""

    def send(self, request: Request) -> Reply:
        """The reply, or an error of `errors`."""


def pages(
    client: Sends, plural: str, filter: str | None, *, limit: int = MOST_ROWS, after: str | None = None
) -> Iterator[Page]:
    """The pages of the rows that match, in id order, beginning after the cursor `after`.

    Id order is stable while rows change. Raises ServerFault if a page is no page, or promises more and its
    cursor stands still, besides what `send` raises.
    """
    seen = {after}
    while True:
        request = list_rows(plural, filter=filter, limit=limit, starting_after=after)
        page = client.send(request).page
        if page is None:
            raise ServerFault("a list without paging", request_line=request.line)
        yield page
        if not page.has_next:
            return
        after = page.end_cursor
        if after is None or after in seen:
            raise ServerFault("the cursor of a list stands still", request_line=request.line)
        seen.add(after)
