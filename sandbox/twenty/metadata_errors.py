"""How the metadata API refuses an object or a field: what is wrong, and all that would have hung on it."""

from typing import Any
from uuid import uuid4

from sandbox.twenty.errors import RefusedError
from sandbox.twenty.metadata_shapes import universal_identifier, view_identifiers
from sandbox.twenty.schema import ObjectType

_MANY = "Multiple validation errors occurred while creating"


class RefusedMetadataError(RefusedError):
    """Answered with `message` and a tree of `errors` by kind, which each tell what failed to be created."""

    def __init__(self, created: str, errors: dict[str, list[dict[str, Any]]]) -> None:
        super().__init__(f"{_MANY} {created}", error="METADATA_VALIDATION_ERROR")
        self.errors = errors

    def body(self) -> dict[str, Any]:
        counts = {name: len(failures) for name, failures in self.errors.items()}
        return {
            "statusCode": self.status,
            "error": self.error,
            "message": self.message,
            "errors": self.errors,
            "summary": {"totalErrors": sum(counts.values()), **counts},
            "userFriendlyMessage": "Many validation errors",
        }


class BadShapeError(RefusedError):
    """A body that Twenty does not even read: answered with a list in `message`."""

    def body(self) -> dict[str, Any]:
        return {"message": [self.message], "error": "Bad Request", "statusCode": self.status}


def name_taken(kind: ObjectType, name: str) -> RefusedMetadataError:
    message = f'Name "{name}" is not available as it is already used by another field'
    return _field_refused(
        kind, name, {"code": "NOT_AVAILABLE", "value": name, "message": message, "userFriendlyMessage": message}
    )


def invalid_field(kind: ObjectType, name: str, message: str) -> RefusedMetadataError:
    return _field_refused(
        kind, name, {"code": "INVALID_FIELD_INPUT", "message": message, "userFriendlyMessage": message, "value": name}
    )


def _field_refused(kind: ObjectType, name: str, error: dict[str, str]) -> RefusedMetadataError:
    """Names the field, and the two views that it could not be put in."""
    own, of = str(uuid4()), universal_identifier(kind)
    about = {"universalIdentifier": own, "name": name, "objectMetadataUniversalIdentifier": of}
    missing = "Field metadata not found"
    view = {"code": "INVALID_VIEW_DATA", "message": missing, "userFriendlyMessage": missing}
    views = [_failure("viewField", [view], _view_field(own, each)) for each in view_identifiers(kind)]
    return RefusedMetadataError(
        "fields", {"fieldMetadata": [_failure("fieldMetadata", [error], about)], "viewField": views}
    )


def object_exists(singular: str, plural: str) -> RefusedMetadataError:
    taken = "Object already exists"
    error = {"code": "OBJECT_ALREADY_EXISTS", "message": taken, "userFriendlyMessage": taken}
    about = {"universalIdentifier": str(uuid4()), "namePlural": plural, "nameSingular": singular}
    return RefusedMetadataError("object", {"objectMetadata": [_failure("objectMetadata", [error], about)]})


def _view_field(field_identifier: str, view_identifier: str) -> dict[str, str]:
    return {
        "universalIdentifier": str(uuid4()),
        "viewUniversalIdentifier": view_identifier,
        "fieldMetadataUniversalIdentifier": field_identifier,
    }


def _failure(name: str, errors: list[dict[str, Any]], about: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": "fail",
        "errors": errors,
        "flatEntityMinimalInformation": about,
        "metadataName": name,
        "type": "create",
    }
