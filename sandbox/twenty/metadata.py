"""The metadata routes of objects and fields. They use no tokens."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from sandbox.twenty.body import sent_json
from sandbox.twenty.changes import MetadataChange
from sandbox.twenty.clock import SandboxClock
from sandbox.twenty.errors import RefusedError, invalid_path, record_not_found
from sandbox.twenty.metadata_input import read_field, read_object, reverse_of
from sandbox.twenty.metadata_shapes import (
    announced_field,
    field_id,
    listed_field,
    listed_object,
    written_field,
    written_object,
)
from sandbox.twenty.paging import read_limit
from sandbox.twenty.schema import ObjectType, Row
from sandbox.twenty.store import Store


def metadata_routes(store: Store, clock: SandboxClock, announce: Callable[[MetadataChange], None]) -> Blueprint:
    """The blueprint `metadata`; what it changes is seen by the objects' routes at once, a new field is announced."""
    metadata = Blueprint("metadata", __name__, url_prefix="/rest/metadata")
    routes = _MetadataRoutes(store, clock, announce)
    metadata.get("/objects")(routes.list_objects)
    metadata.post("/objects")(routes.create_object)
    metadata.get("/objects/<object_id>")(routes.get_object)
    metadata.patch("/objects/<object_id>")(routes.update_object)
    metadata.delete("/objects/<object_id>")(routes.delete_object)
    metadata.get("/fields")(routes.list_fields)
    metadata.post("/fields")(routes.create_field)
    metadata.route("/<path:path>", methods=["GET", "POST", "PATCH", "PUT", "DELETE"])(unknown_path)
    return metadata


def unknown_path(path: str) -> ResponseReturnValue:
    raise invalid_path(f"/rest/metadata/{path}")


class _MetadataRoutes:
    def __init__(self, store: Store, clock: SandboxClock, announce: Callable[[MetadataChange], None]) -> None:
        self._store = store
        self._announce = announce
        self._catalogue = store.catalogue
        self._clock = clock

    def list_objects(self) -> ResponseReturnValue:
        return _page("objects", [kind.id for kind in self._catalogue.all()], self._shown_object)

    def list_fields(self) -> ResponseReturnValue:
        fields = {field["id"]: field for kind in self._catalogue.all() for field in _fields(kind)}
        return _page("fields", sorted(fields, reverse=True), fields.__getitem__)

    def get_object(self, object_id: str) -> ResponseReturnValue:
        return {"data": {"object": listed_object(self._object(object_id))}}

    def create_object(self) -> ResponseReturnValue:
        with self._store.lock:
            kind = read_object(self._catalogue, _sent(), str(uuid4()), self._clock.stamp())
            self._catalogue.add(kind)
            self._store.adapt()
        return {"data": {"createOneObject": written_object(kind)}}, 201

    def update_object(self, object_id: str) -> ResponseReturnValue:
        """Switches an object off or on."""
        with self._store.lock:
            kind = self._object(object_id)
            is_active = bool(_sent().get("isActive", kind.is_active))
            kind = replace(kind, is_active=is_active, updated_at=self._clock.stamp())
            self._catalogue.change(kind)
        return {"data": {"updateOneObject": written_object(kind)}}

    def delete_object(self, object_id: str) -> ResponseReturnValue:
        with self._store.lock:
            kind = self._object(object_id)
            if not kind.is_custom:
                raise RefusedError("Standard objects cannot be deleted")
            self._catalogue.remove(kind)
            self._store.adapt()
        return {"data": {"deleteOneObject": written_object(replace(kind, is_active=False), with_fields=False)}}

    def create_field(self) -> ResponseReturnValue:
        with self._store.lock:
            sent, now = _sent(), self._clock.stamp()
            kind = self._object(str(sent.get("objectMetadataId")))
            field = read_field(kind, self._catalogue, sent, now)
            target = self._catalogue.singular(field.target) if field.target else None
            reverse = None if target is None else reverse_of(kind, field, sent, now)
            self._catalogue.add_field(kind.id, field)
            if target is not None and reverse is not None:
                self._catalogue.add_field(target.id, reverse)
            self._store.adapt()
        properties = {"after": announced_field(kind, field)}
        self._announce(MetadataChange("fieldMetadata", "created", field_id(kind, field), properties))
        return {"data": {"createOneField": written_field(kind, field)}}, 201

    def _object(self, object_id: str) -> ObjectType:
        kind = self._catalogue.with_id(object_id)
        if kind is None:
            raise record_not_found()
        return kind

    def _shown_object(self, object_id: str) -> Row:
        return listed_object(self._object(object_id))


def _sent() -> Row:
    return sent_json() or {}


def _fields(kind: ObjectType) -> list[Row]:
    return [listed_field(kind, field) for field in kind.fields]


def _page(key: str, ids: list[str], shown: Callable[[str], Row]) -> dict[str, Any]:
    """The ids after the cursor, which is an id itself, or those before it."""
    after, before = request.args.get("starting_after"), request.args.get("ending_before")
    limit = read_limit(request.args.get("limit"))
    asked = ids[ids.index(after) + 1 :] if after in ids else ids
    taken = asked[:limit]
    if before in ids:
        taken = ids[: ids.index(before)][-limit:]
    info = {
        "hasNextPage": len(taken) < len(asked),
        "startCursor": taken[0] if taken else None,
        "endCursor": taken[-1] if taken else None,
    }
    return {"data": {key: [shown(each) for each in taken]}, "pageInfo": info, "totalCount": len(ids)}
