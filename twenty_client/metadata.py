"""What an object of the workspace looks like. Metadata calls cost no token of the API budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from twenty_client.errors import ServerFault
from twenty_client.paging import Sends
from twenty_client.reply import Reply
from twenty_client.request import Row, list_objects

FieldType: TypeAlias = str  # Twenty's word: TEXT, NUMBER, RAW_JSON, DATE_TIME, SELECT, RELATION, …


@dataclass(frozen=True)
class ObjectSchema:
    """An active object: its id, names, its active fields' types by name, and the names of its unique fields."""

    id: str
    plural: str
    singular: str
    fields: Mapping[str, FieldType]
    unique: frozenset[str]


def read_objects(client: Sends) -> Reply:
    """All objects of the workspace with their fields, as if in one answer: an older Twenty gives 60 a page."""
    reply = latest = client.send(list_objects())
    while latest.page is not None and latest.page.has_next:
        if not latest.rows or latest.page.end_cursor is None:
            raise ServerFault("the list of objects does not end", request_line=list_objects().line)
        latest = client.send(list_objects(latest.page.end_cursor))
        reply = replace(reply, rows=(*reply.rows, *latest.rows))
    return reply


def read_schema(client: Sends, plural: str) -> ObjectSchema | None:
    """The object's schema; None if the workspace has no active object of that plural name."""
    return find_schema(read_objects(client).rows, plural)


def find_schema(rows: Sequence[Row], plural: str) -> ObjectSchema | None:
    """The same, in the rows of `read_objects`. Raises ServerFault for an object without names or fields."""
    for row in rows:
        if row.get("namePlural") == plural and row.get("isActive", True):
            try:
                return _schema(row)
            except (KeyError, TypeError, AttributeError):
                raise ServerFault("an object without names or fields", request_line=list_objects().line) from None
    return None


def _schema(row: Row) -> ObjectSchema:
    fields = [field for field in row["fields"] if field.get("isActive", True)]
    return ObjectSchema(
        id=row["id"],
        plural=row["namePlural"],
        singular=row["nameSingular"],
        fields={field["name"]: field["type"] for field in fields},
        unique=frozenset(field["name"] for field in fields if field.get("isUnique")),
    )
