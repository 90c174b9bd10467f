"""Twenty's answers, read. No I/O."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from twenty_client.errors import ServerFault
from twenty_client.refusals import refusal, stated_limit
from twenty_client.request import JSON, Request, Row


@dataclass(frozen=True)
class Page:
    """Some rows of a list; `end_cursor` goes into the next request's `starting_after`."""

    rows: tuple[Row, ...] = field(repr=False)
    total_count: int | None
    has_next: bool
    end_cursor: str | None = field(repr=False)


@dataclass(frozen=True)
class Reply:
    """What a call brought back.

    `rows` holds every row of the answer, one for a call about one row. `page` is there when the answer is a
    list with paging. `server_at` is Twenty's clock at the answer (its `Date` header, to the second). `limit` is
    how many calls a minute the workspace has, where Twenty says so. `is_bare` says that the rows came without a name
    around them, as newer metadata does.
    """

    rows: tuple[Row, ...] = field(repr=False)
    page: Page | None
    server_at: datetime | None
    limit: int | None = None
    is_bare: bool = False

    @property
    def row(self) -> Row:
        """The only row. Raises ValueError if there are more or none."""
        (only,) = self.rows
        return only


def read_reply(request: Request, status: int, headers: Mapping[str, str], body: bytes) -> Reply:
    """The answer to the request, or its error of `errors` raised. Header names may have any case."""
    lowered = {name.lower(): value for name, value in headers.items()}
    if not 200 <= status < 300:
        raise refusal(request.line, status, lowered, body)
    try:
        answer = json.loads(body)
        rows = _bare_rows(answer) if request.is_of_webhooks and not _is_wrapped(answer) else _rows(answer)
        return Reply(rows, _page(answer, rows), _server_at(lowered), stated_limit(lowered), _is_bare(answer))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ServerFault(
            "the answer has not the form of a Twenty answer", status=status, request_line=request.line
        ) from None


def _rows(answer: JSON) -> tuple[Row, ...]:
    """The rows in `{"data": {<name>: row or rows}}`, or in `{"data": [rows]}` as newer metadata has it."""
    data = answer["data"]
    if isinstance(data, dict):
        (data,) = data.values()
    return _checked(data if isinstance(data, list) else [data])


def _is_wrapped(answer: JSON) -> bool:
    return isinstance(answer, dict) and "data" in answer


def _is_bare(answer: JSON) -> bool:
    return isinstance(answer, dict) and isinstance(answer.get("data"), list)


def _bare_rows(answer: JSON) -> tuple[Row, ...]:
    """Webhooks come without anything around them (recorded): a row, or a list of rows."""
    return _checked(answer if isinstance(answer, list) else [answer])


def _checked(rows: list[JSON]) -> tuple[Row, ...]:
    if not all(isinstance(row, dict) for row in rows):
        raise ValueError("rows are objects")
    return tuple(rows)


def _page(answer: JSON, rows: tuple[Row, ...]) -> Page | None:
    info = answer.get("pageInfo") if isinstance(answer, dict) else None
    if not isinstance(info, dict):
        return None
    total, cursor = answer.get("totalCount"), info.get("endCursor")
    return Page(
        rows=rows,
        total_count=total if isinstance(total, int) else None,
        has_next=bool(info["hasNextPage"]),
        end_cursor=cursor if isinstance(cursor, str) else None,
    )


def _server_at(headers: Mapping[str, str]) -> datetime | None:
    try:
        stated_at = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return stated_at.replace(tzinfo=stated_at.tzinfo or UTC).astimezone(UTC)
