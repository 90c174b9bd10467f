"""The fields that objects share, as the metadata of Twenty 2.21 describes them."""

import re
from dataclasses import replace
from typing import Any

from sandbox.twenty.schema import Field, Presentation

_RELATIVE = {"displayFormat": "RELATIVE"}
_SYSTEM_ACTOR = {"name": "'System'", "source": "'MANUAL'", "workspaceMemberId": None}


def in_words(name: str) -> str:
    """`targetCompany` as `Target company`."""
    spaced = re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()
    return spaced[0].upper() + spaced[1:]


def system(label: str, description: str, icon: str, **more: Any) -> Presentation:
    """A field that Twenty keeps itself: shown, and not edited, unless `more` says so."""
    kept = Presentation(label, description, icon, is_system=True, is_editable=False, is_read_only=True)
    return replace(kept, **more)


def _kept(name: str, type_: str, shown: Presentation) -> Field:
    return Field(name, type_, shown=shown)


ID = _kept("id", "UUID", system("Id", "Id", "Icon123", is_nullable=False, default="uuid"))
_CREATED_AT = system("Creation date", "Creation date", "IconCalendar", is_nullable=False, default="now")
_UPDATED_AT = system(
    "Last update", "Last time the record was changed", "IconCalendarClock", is_nullable=False, default="now"
)
_CREATED_BY = system("Created by", "The creator of the record", "IconCreativeCommonsSa", is_nullable=False)
_UPDATED_BY = system(
    "Updated by", "The workspace member who last updated the record", "IconUserCircle", is_nullable=False
)

CREATED_AT = _kept("createdAt", "DATE_TIME", replace(_CREATED_AT, settings=_RELATIVE))
UPDATED_AT = _kept("updatedAt", "DATE_TIME", replace(_UPDATED_AT, settings=_RELATIVE))
DELETED_AT = _kept(
    "deletedAt",
    "DATE_TIME",
    system("Deleted at", "Date when the record was deleted", "IconCalendarMinus", settings=_RELATIVE),
)
CREATED_BY = _kept("createdBy", "ACTOR", replace(_CREATED_BY, default=_SYSTEM_ACTOR))
UPDATED_BY = _kept("updatedBy", "ACTOR", replace(_UPDATED_BY, default=_SYSTEM_ACTOR))
SEARCH = _kept(
    "searchVector",
    "TS_VECTOR",
    system("Search vector", "Field used for full-text search", "IconUser", is_editable=True, is_read_only=False),
)

STAMPS = (ID, CREATED_AT, UPDATED_AT, DELETED_AT)

_CUSTOM_ACTOR = {"name": "''", "source": "'MANUAL'"}
_NAME = Field("name", "TEXT", shown=Presentation("Name", "Name", "IconAbc"))
CUSTOM_SYSTEM = (
    _NAME,
    ID,
    _kept("createdAt", "DATE_TIME", _CREATED_AT),
    _kept("createdBy", "ACTOR", replace(_CREATED_BY, default=_CUSTOM_ACTOR)),
    _kept("deletedAt", "DATE_TIME", system("Deleted at", "Deletion date", "IconCalendarClock")),
    _kept("position", "POSITION", system("Position", "Position", "IconHierarchy2", is_nullable=False, default=0)),
    _kept("updatedAt", "DATE_TIME", _UPDATED_AT),
    _kept("updatedBy", "ACTOR", replace(_UPDATED_BY, default=_CUSTOM_ACTOR)),
    _kept("searchVector", "TS_VECTOR", system("Search vector", "Search vector", "IconSearch")),
)
"""What a custom object has from its creation, in this order."""


def position(label: str) -> Field:
    """`label` is the object's."""
    shown = system(
        "Position",
        f"{label} record position",
        "IconHierarchy2",
        is_nullable=False,
        default=0,
        is_editable=True,
        is_read_only=False,
    )
    return _kept("position", "POSITION", shown)


def system_fields(label: str) -> tuple[Field, ...]:
    """In the order of the objects that keep them together."""
    return (*STAMPS, CREATED_BY, UPDATED_BY, position(label), SEARCH)


def plain(type_: str, *names: str) -> tuple[Field, ...]:
    return tuple(Field(name, type_, shown=Presentation(in_words(name))) for name in names)


def text(*names: str) -> tuple[Field, ...]:
    return plain("TEXT", *names)


def defaulting(name: str, type_: str, default: Any) -> Field:
    quoted = f"'{default}'" if isinstance(default, str) else default
    return Field(name, type_, default=default, shown=Presentation(in_words(name), default=quoted))


def select(name: str, *options: str) -> Field:
    """The first option is the default."""
    listed = tuple(
        {"value": value, "label": in_words(value.lower()), "color": "sky", "position": at}
        for at, value in enumerate(options)
    )
    shown = Presentation(in_words(name), default=f"'{options[0]}'", options=listed)
    return Field(name, "SELECT", default=options[0], options=options, shown=shown)


def to_one(relation: str, target: str, shown: Presentation | None = None) -> Field:
    """A relation to one row; `target` is the singular of its object."""
    column = f"{relation}Id"
    settings = {"onDelete": "SET_NULL", "relationType": "MANY_TO_ONE", "joinColumnName": column}
    shown = replace(shown or Presentation(in_words(relation)), settings=settings)
    return Field(column, "RELATION", relation=relation, target=target, shown=shown)


def to_many(name: str, target: str, joined_by: str, shown: Presentation | None = None) -> Field:
    """The rows of `target` whose column `joined_by` holds this row's id."""
    shown = replace(shown or Presentation(in_words(name)), settings={"relationType": "ONE_TO_MANY"})
    return Field(name, "RELATION", target=target, joined_by=joined_by, shown=shown)
