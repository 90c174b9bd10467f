"""The reps' rows in Twenty, as they are now."""

from collections.abc import Mapping, Sequence

from programs.progression.row import Row, read_row
from twenty_client.client import TwentyClient
from twenty_client.errors import NotFound, ValidationFailed
from twenty_client.filters import and_, in_, is_not_null, is_null, or_
from twenty_client.metadata import read_schema
from twenty_client.request import list_rows

PLURAL = "repProgressions"
REP_FIELD = "workspaceMemberId"


class RowSource:
    """Reads rows, and which fields the workspace has (metadata calls are free of Twenty's budget)."""

    def __init__(self, twenty: TwentyClient) -> None:
        """Errors: `NotFound` without repProgressions; `ValidationFailed` if a rep could get two rows by an upsert."""
        self._twenty = twenty
        schema = read_schema(twenty, PLURAL)
        if schema is None:
            raise NotFound("the workspace has no repProgressions object")
        if REP_FIELD not in schema.unique:
            raise ValidationFailed("workspaceMemberId of repProgressions must be unique", messages=())
        self.fields: Mapping[str, str] = schema.fields

    def read(self, reps: Sequence[str]) -> dict[str, Row]:
        """One call for up to 60 reps, deleted rows included. Of several rows of a rep the oldest live one counts."""
        with_deleted = or_(is_null("deletedAt"), is_not_null("deletedAt"))
        reply = self._twenty.send(list_rows(PLURAL, filter=and_(in_(REP_FIELD, reps), with_deleted)))
        best_last = sorted(reply.rows, key=lambda row: (row.get("deletedAt") is None, _created(row)))
        found = {row[REP_FIELD]: row for row in best_last}
        return {rep: read_row(found.get(rep)) for rep in reps}


def _created(row: Mapping[str, object]) -> tuple[int, ...]:
    """Later rows first, so that the oldest overwrites them."""
    return tuple(-ord(letter) for letter in str(row.get("createdAt")))
