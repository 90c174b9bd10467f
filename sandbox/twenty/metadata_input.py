"""Objects and fields as callers of the metadata API send them, read into the schema."""

import re
from typing import Any

from sandbox.twenty.catalogue import Catalogue
from sandbox.twenty.custom import custom_object, described, label
from sandbox.twenty.errors import RefusedError
from sandbox.twenty.fields import to_many, to_one
from sandbox.twenty.metadata_errors import BadShapeError, invalid_field, name_taken, object_exists
from sandbox.twenty.schema import Field, ObjectType, Presentation, Row

FIELD_TYPES = (
    "ACTOR", "ADDRESS", "ARRAY", "BOOLEAN", "CURRENCY", "DATE", "DATE_TIME", "EMAILS", "FILES", "FULL_NAME", "LINKS",
    "MORPH_RELATION", "MULTI_SELECT", "NUMBER", "NUMERIC", "PHONES", "POSITION", "RATING", "RAW_JSON", "RELATION",
    "RICH_TEXT", "SELECT", "TEXT", "TS_VECTOR", "UUID",
)  # fmt: skip
_NAME = re.compile(r"[a-z][A-Za-z0-9]*")


def read_object(catalogue: Catalogue, sent: Row, object_id: str, at: str) -> ObjectType:
    """A new custom object. Raises RefusedError when its name is taken."""
    singular, plural = str(sent["nameSingular"]), str(sent["namePlural"])
    if any(singular == kind.singular or plural == kind.plural for kind in catalogue.all()):
        raise object_exists(singular, plural)
    shown = Presentation(sent["labelSingular"], sent.get("description"), sent.get("icon"))
    return custom_object(singular, plural, object_id, (), shown, sent["labelPlural"], at)


def read_field(kind: ObjectType, catalogue: Catalogue, sent: Row, at: str) -> Field:
    """A new field of `kind`. Raises RefusedError."""
    _check_type(sent.get("type"))
    name = str(sent.get("name"))
    _check_name(kind, name)
    if sent.get("isUnique") and sent.get("defaultValue") is not None:
        raise invalid_field(kind, name, "Unique field cannot have a default value")
    if sent["type"] == "RELATION":
        return _relation(kind, catalogue, sent, at)
    options = tuple(str(option["value"]) for option in sent.get("options") or ())
    return Field(
        name,
        sent["type"],
        default=_row_default(sent.get("defaultValue")),
        is_unique=bool(sent.get("isUnique")),
        options=options,
        shown=_shown(sent),
        created_at=at,
    )


def reverse_of(kind: ObjectType, field: Field, sent: Row, at: str) -> Field:
    """The list of `kind`'s rows that the object at the other end of a new relation gets."""
    words = str(sent["relationCreationPayload"]["targetFieldLabel"]).split()
    name = words[0].lower() + "".join(word.title() for word in words[1:])
    made = to_many(name, kind.singular, field.name, Presentation(" ".join(words)))
    return Field(made.name, made.type, target=made.target, joined_by=made.joined_by, shown=made.shown, created_at=at)


def _check_type(type_: Any) -> None:
    if type_ not in FIELD_TYPES:
        raise BadShapeError(f"type must be one of the following values: {', '.join(FIELD_TYPES)}")


def _check_name(kind: ObjectType, name: str) -> None:
    if not _NAME.fullmatch(name):
        rule = "it must start with lowercase letter and contain only alphanumeric letters"
        raise invalid_field(kind, name, f"Name is not valid: {rule}")
    if any(name in (field.title, field.name) for field in kind.fields):
        raise name_taken(kind, name)


def _relation(kind: ObjectType, catalogue: Catalogue, sent: Row, at: str) -> Field:
    """A relation to one row of an object."""
    wanted = sent.get("relationCreationPayload") or {}
    target = catalogue.with_id(str(wanted.get("targetObjectMetadataId")))
    if target is None or wanted.get("type") != "MANY_TO_ONE":
        raise RefusedError("Relation creation payload is invalid")
    shown = Presentation(sent["label"], described(kind, label(target)), "IconRelationOneToMany")
    made = to_one(sent["name"], target.singular, shown)
    return Field(made.name, made.type, relation=made.relation, target=made.target, shown=made.shown, created_at=at)


def _shown(sent: Row) -> Presentation:
    options = sent.get("options")
    return Presentation(
        str(sent.get("label") or sent["name"]),
        sent.get("description"),
        sent.get("icon"),
        is_nullable=bool(sent.get("isNullable", True)),
        default=sent.get("defaultValue"),
        settings=sent.get("settings"),
        options=None if options is None else tuple(options),
    )


def _row_default(sent: Any) -> Any:
    """What rows hold: the metadata quotes texts (`"'BRONZE'"`)."""
    return sent.strip("'") if isinstance(sent, str) else sent
