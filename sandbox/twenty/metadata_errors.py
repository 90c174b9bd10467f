"""How the metadata API refuses an object or a field: what is wrong, and all that would have hung on it."""

from typing import Any
from uuid import uuid4

from sandbox.twenty.errors import RefusedError

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


def field_refused(name: str, code: str, message: str) -> RefusedMetadataError:
    """Names the field, and the two views that it could not be put in."""
    own = str(uuid4())
    about = {"universalIdentifier": own, "name": name, "objectMetadataUniversalIdentifier": str(uuid4())}
    value = {"value": name}
    first = {"code": code, "message": message, "userFriendlyMessage": message, **value}
    missing = "Field metadata not found"
    view = {"code": "INVALID_VIEW_DATA", "message": missing, "userFriendlyMessage": missing}
    views = [_failure("viewField", [view], _view_field(own)) for _ in range(2)]
    return RefusedMetadataError(
        "fields", {"fieldMetadata": [_failure("fieldMetadata", [first], about)], "viewField": views}
    )


def object_exists(singular: str, plural: str) -> RefusedMetadataError:
    taken = "Object already exists"
    error = {"code": "OBJECT_ALREADY_EXISTS", "message": taken, "userFriendlyMessage": taken}
    about = {"universalIdentifier": str(uuid4()), "namePlural": plural, "nameSingular": singular}
    return RefusedMetadataError("object", {"objectMetadata": [_failure("objectMetadata", [error], about)]})


def _view_field(field_identifier: str) -> dict[str, str]:
    return {
        "universalIdentifier": str(uuid4()),
        "viewUniversalIdentifier": str(uuid4()),
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
