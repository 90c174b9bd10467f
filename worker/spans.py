"""Spans of createdAt as Twenty has them: counted in one call, or read in full."""

from collections.abc import Iterator
from datetime import datetime

from ledger.presence import Span
from twenty_client.errors import ServerFault
from twenty_client.filters import and_, gte, lt
from twenty_client.paging import Sends, pages
from twenty_client.reply import Page, Reply
from twenty_client.request import Request, list_rows
from worker.swept_rows import changed_since

COMPARED = {"note": "notes", "opportunity": "opportunities"}


class TwentySpans:
    """Of one object, soft-deleted records too. `calls` were made; `server_at` was Twenty's clock at the last answer."""

    def __init__(self, twenty: Sends, object_name: str) -> None:
        self._twenty = twenty
        self._plural = COMPARED[object_name]
        self.calls = 0
        self.server_at: datetime | None = None

    def count(self, span: Span) -> int:
        """How many there are. Errors: those of `twenty_client.errors`."""
        request = list_rows(self._plural, filter=_created_in(span), limit=1)
        page = self.send(request).page
        if page is None or page.total_count is None:
            raise ServerFault("a list without a count", request_line=request.line)
        return page.total_count

    def pages(self, span: Span) -> Iterator[Page]:
        """All of them, in id order. Errors: those of `twenty_client.errors`."""
        return pages(self, self._plural, _created_in(span))

    def send(self, request: Request) -> Reply:
        """Sends and counts. Errors: those of `twenty_client.errors`."""
        reply = self._twenty.send(request)
        self.calls += 1
        self.server_at = reply.server_at or self.server_at
        return reply


def _created_in(span: Span) -> str:
    began = [gte("createdAt", span.from_at)] if span.from_at else []
    return and_(*began, lt("createdAt", span.to_at), changed_since(None))
