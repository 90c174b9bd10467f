"""Objects and fields as the metadata API of Twenty 2.21 writes them: in lists, and as answers to writes."""

from typing import Any
from uuid import UUID, uuid5

from sandbox.twenty.custom import label
from sandbox.twenty.fields import in_words
from sandbox.twenty.objects import WORKSPACE_ID
from sandbox.twenty.scalars import in_jsonb_order
from sandbox.twenty.schema import Field, ObjectType, Presentation, Row

STANDARD_APPLICATION_ID = "47b60431-a51e-459e-95ff-d63113b378c0"
CUSTOM_APPLICATION_ID = "8d908d06-3e16-4994-b1f0-94b4553685f5"
_ANNOUNCED = (
    *("isSystemSideEffect", "defaultValue", "description", "icon", "isActive", "isLabelSyncedWithName", "isUnique"),
    *("label", "name", "options", "overrides", "settings", "objectMetadataId", "type", "isSystem", "isUIEditable"),
    *("isNullable", "relationTargetFieldMetadataId", "relationTargetObjectMetadataId", "morphId", "createdAt"),
    *("updatedAt", "id", "workspaceId", "applicationId", "universalIdentifier"),
)


def field_id(kind: ObjectType, field: Field) -> str:
    """The same at every reading: made of the object's id and the field's name."""
    return str(uuid5(UUID(kind.id), field.title))


def universal_identifier(kind: ObjectType) -> str:
    return _universal(kind.id)


def view_identifiers(kind: ObjectType) -> list[str]:
    """Of the two views that every object has."""
    return [_universal(kind.id, f"view {number}") for number in (1, 2)]


def listed_object(kind: ObjectType) -> Row:
    """As lists and `GET …/objects/<id>` write it, with its fields; what is null is left out."""
    identity = {
        "id": kind.id,
        "universalIdentifier": universal_identifier(kind),
        "applicationId": _application_id(kind),
    }
    names = {"nameSingular": kind.singular, "namePlural": kind.plural, **_labels(kind)}
    drawn = _drawn(kind.shown) | {"shortcut": kind.shortcut}
    placed = {"workspaceId": WORKSPACE_ID, "labelIdentifierFieldMetadataId": _identifier(kind), **_image(kind)}
    whole = identity | names | drawn | _object_flags(kind) | placed | _object_stamps(kind)
    return _without_nulls(whole) | {"fields": [listed_field(kind, field) for field in kind.fields]}


def written_object(kind: ObjectType, *, with_fields: bool = True) -> Row:
    """As the answer to its creation, change or deletion writes it."""
    flags = _object_flags(kind)
    first = ("isActive", "isLabelSyncedWithName", "isRemote", "isSearchable", "isSystem")
    labels = _labels(kind)
    placed = {
        "labelPlural": labels["labelPlural"],
        "labelSingular": labels["labelSingular"],
        "namePlural": kind.plural,
        "nameSingular": kind.singular,
        "workspaceId": WORKSPACE_ID,
        "imageIdentifierFieldMetadataId": None,
        "labelIdentifierFieldMetadataId": _identifier(kind),
    }
    whole: Row = {"id": kind.id, "universalIdentifier": universal_identifier(kind)}
    whole |= {name: flags[name] for name in first} | flags | placed | _object_stamps(kind)
    whole |= _drawn(kind.shown) | {"applicationId": _application_id(kind)}
    return whole | ({"fields": [listed_field(kind, field) for field in kind.fields]} if with_fields else {})


def listed_field(kind: ObjectType, field: Field) -> Row:
    """As lists write it; what is null is left out."""
    identity = _field_identity(kind, field) | {"applicationId": _field_application_id(kind, field)}
    named = {"type": field.type, "name": field.title, "label": field.shown.label or in_words(field.title)}
    held = {"defaultValue": field.shown.default, "options": _options(field), "settings": _settings(field)}
    placed = {"workspaceId": WORKSPACE_ID, "objectMetadataId": kind.id, "isLabelSyncedWithName": False}
    nullable = {"isNullable": field.shown.is_nullable, "isUnique": field.is_unique}
    whole = identity | named | _drawn(field.shown) | _field_flags(field) | nullable | held | placed
    return _without_nulls(whole | _field_stamps(kind, field))


def written_field(kind: ObjectType, field: Field) -> Row:
    """As the answer to its creation writes it."""
    named = {"label": field.shown.label, "name": field.title, "objectMetadataId": kind.id, "type": field.type}
    held = {"workspaceId": WORKSPACE_ID, "defaultValue": field.shown.default, "isActive": True}
    whole = _field_identity(kind, field) | named | held | {"isLabelSyncedWithName": False}
    whole |= _field_flags(field) | {"options": _options(field)} | _field_stamps(kind, field)
    whole |= _without_nulls(_drawn(field.shown))
    whole |= {"isNullable": field.shown.is_nullable, "isUnique": field.is_unique}
    whole |= _without_nulls({"settings": _settings(field)})
    return whole | {"applicationId": _field_application_id(kind, field)}


def announced_field(kind: ObjectType, field: Field) -> Row:
    """As the event of its creation writes it."""
    written = written_field(kind, field)
    return {name: written.get(name, False if name == "isSystemSideEffect" else None) for name in _ANNOUNCED}


def _labels(kind: ObjectType) -> Row:
    return {"labelSingular": label(kind), "labelPlural": kind.label_plural or in_words(kind.plural)}


def _object_flags(kind: ObjectType) -> Row:
    return {
        "isRemote": False,
        "isActive": kind.is_active,
        "isSystem": kind.shown.is_system,
        "isUIEditable": True,
        "isUICreatable": kind.creatable,
        "isUIReadOnly": False,
        "isSearchable": True,
        "isLabelSyncedWithName": False,
    }


def _field_flags(field: Field) -> Row:
    return {
        "isActive": True,
        "isSystem": field.shown.is_system,
        "isUIEditable": field.shown.is_editable,
        "isUIReadOnly": field.shown.is_read_only,
    }


def _field_identity(kind: ObjectType, field: Field) -> Row:
    own_id = field_id(kind, field)
    return {"id": own_id, "universalIdentifier": _universal(own_id)}


def _identifier(kind: ObjectType) -> str:
    return field_id(kind, kind.by_name[kind.identified_by])


def _image(kind: ObjectType) -> Row:
    picture = kind.by_name.get("avatarUrl")
    return {"imageIdentifierFieldMetadataId": field_id(kind, picture)} if picture else {}


def _options(field: Field) -> list[Row] | None:
    if field.shown.options is None:
        return None
    return [
        in_jsonb_order({"id": _universal(WORKSPACE_ID, option["value"]), **option}) for option in field.shown.options
    ]


def _settings(field: Field) -> Row | None:
    settings: Row | None = in_jsonb_order(field.shown.settings)
    return settings


def _drawn(shown: Presentation) -> Row:
    return {"description": shown.description, "icon": shown.icon}


def _object_stamps(kind: ObjectType) -> Row:
    return {"createdAt": kind.created_at, "updatedAt": kind.updated_at}


def _field_stamps(kind: ObjectType, field: Field) -> Row:
    created_at = field.created_at or kind.created_at
    return {"createdAt": created_at, "updatedAt": created_at}


def _application_id(kind: ObjectType) -> str:
    return CUSTOM_APPLICATION_ID if kind.is_custom else STANDARD_APPLICATION_ID


def _field_application_id(kind: ObjectType, field: Field) -> str:
    return CUSTOM_APPLICATION_ID if kind.is_custom or field.created_at else STANDARD_APPLICATION_ID


def _universal(own_id: str, name: str = "universal") -> str:
    return str(uuid5(UUID(own_id), name))


def _without_nulls(whole: dict[str, Any]) -> Row:
    return {name: value for name, value in whole.items() if value is not None}
