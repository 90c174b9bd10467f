"""The reps' rows in Twenty, as they are now."""

from collections.abc import Mapping, Sequence

import structlog

from programs.progression.rep_rows import OWNER, RepRows, new_row_id, rows_of
from twenty_client.client import TwentyClient
from twenty_client.errors import NotFound, ValidationFailed
from twenty_client.filters import and_, in_, is_not_null, is_null, or_
from twenty_client.metadata import read_schema
from twenty_client.paging import pages

log = structlog.get_logger()
PLURAL = "repProgressions"


class RowSource:
    """Reads rows, and which fields the workspace has (metadata calls are free of Twenty's budget)."""

    def __init__(self, twenty: TwentyClient) -> None:
        """Errors: `NotFound` without repProgressions; `ValidationFailed` if its rows can't name a rep."""
        self._twenty = twenty
        schema = read_schema(twenty, PLURAL)
        if schema is None:
            raise NotFound("the workspace has no repProgressions object")
        if OWNER not in schema.fields:
            raise ValidationFailed("repProgressions has no field workspaceMemberId", messages=())
        if OWNER not in schema.unique:
            log.warning("workspaceMemberId of repProgressions is not unique: others can make a second row of a rep")
        self.fields: Mapping[str, str] = schema.fields

    def read(self, reps: Sequence[str], known_ids: Mapping[str, str]) -> dict[str, RepRows]:
        """One call for up to 60 reps, deleted rows included; more only beyond 200 rows.

        `known_ids` tells the id of the row that was a rep's so far: somebody may have cleared its workspaceMemberId.
        """
        ids = {rep: known_ids.get(rep) or new_row_id(rep) for rep in reps}
        with_deleted = or_(is_null("deletedAt"), is_not_null("deletedAt"))
        wanted = or_(in_(OWNER, reps), in_("id", sorted(ids.values())))
        found = [row for page in pages(self._twenty, PLURAL, and_(wanted, with_deleted)) for row in page.rows]
        return rows_of(reps, ids, found)
