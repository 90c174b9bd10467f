"""The REST routes of the objects: `/rest/notes`, `/rest/notes/<id>`, `/rest/batch/notes`, `/rest/restore/notes`."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from sandbox.twenty.body import sent_batch, sent_record
from sandbox.twenty.errors import (
    RefusedError,
    invalid_path,
    not_a_uuid,
    permission_denied,
    server_fault,
)
from sandbox.twenty.paging import read_limit, read_order
from sandbox.twenty.rate_limit import TokenBucket
from sandbox.twenty.relations import read_depth
from sandbox.twenty.role import Role
from sandbox.twenty.scalars import is_uuid
from sandbox.twenty.schema import ObjectType
from sandbox.twenty.selection import Selection, read_selection
from sandbox.twenty.workspace import Workspace


def core_routes(workspace: Workspace, bucket: TokenBucket, role: Role) -> Blueprint:
    """The blueprint `core`; every call that names a known object uses one token of the bucket."""
    core = Blueprint("core", __name__, url_prefix="/rest")
    routes = _CoreRoutes(workspace, bucket, role)
    core.get("/<plural>")(routes.list_records)
    core.post("/<plural>")(routes.create_one)
    core.post("/batch/<plural>")(routes.create_many)
    core.route("/<plural>", methods=["PATCH", "PUT"])(routes.update_many)
    core.delete("/<plural>")(routes.delete_many)
    core.get("/<plural>/<record_id>")(routes.get_one)
    core.route("/<plural>/<record_id>", methods=["PATCH", "PUT"])(routes.update_one)
    core.delete("/<plural>/<record_id>")(routes.delete_one)
    core.patch("/restore/<plural>")(routes.restore_many)
    core.patch("/<plural>/<record_id>/restore")(routes.restore_one)
    core.route("/<path:path>", methods=["GET", "POST", "PATCH", "PUT", "DELETE"])(routes.unknown_path)
    return core


class _CoreRoutes:
    def __init__(self, workspace: Workspace, bucket: TokenBucket, role: Role) -> None:
        self._workspace = workspace
        self._bucket = bucket
        self._role = role

    def list_records(self, plural: str) -> ResponseReturnValue:
        kind = self._admitted(plural)
        depth = read_depth(request.args.get("depth"))
        found = self._workspace.page(
            kind,
            self._selection(kind),
            read_order(kind, request.args.get("order_by")),
            read_limit(request.args.get("limit")),
            after=request.args.get("starting_after"),
            before=request.args.get("ending_before"),
        )
        rows = self._workspace.at_depth(kind, found.rows, depth)
        return {"data": {plural: rows}, "totalCount": found.total, "pageInfo": found.info}

    def get_one(self, plural: str, record_id: str) -> ResponseReturnValue:
        kind = self._admitted(plural, record_id)
        depth = read_depth(request.args.get("depth"))
        row = self._workspace.one(kind, record_id)
        return {"data": {kind.singular: self._workspace.at_depth(kind, [row], depth)[0]}}

    def create_one(self, plural: str) -> ResponseReturnValue:
        kind = self._admitted(plural)
        _refuse_forbidden(kind)
        rows = self._workspace.create(kind, [sent_record()], upsert=_upserts())
        return _data(f"create{kind.title}", rows[0]), 201

    def create_many(self, plural: str) -> ResponseReturnValue:
        kind = self._admitted(plural)
        _refuse_forbidden(kind)
        rows = self._workspace.create(kind, sent_batch(), upsert=_upserts())
        return _data(f"create{kind.title_plural}", rows), 201

    def update_one(self, plural: str, record_id: str) -> ResponseReturnValue:
        kind = self._admitted(plural, record_id)
        rows = self._workspace.update(kind, record_id, sent_record(required=False))
        return _data(f"update{kind.title}", rows[0])

    def update_many(self, plural: str) -> ResponseReturnValue:
        kind = self._admitted(plural)
        selection = self._selection(kind)
        if kind.is_custom and selection.compares_dates_for_equality:
            raise server_fault()
        rows = self._workspace.update(kind, selection, sent_record(required=False))
        return _data(f"update{kind.title_plural}", rows)

    def delete_one(self, plural: str, record_id: str) -> ResponseReturnValue:
        kind = self._admitted(plural, record_id)
        if _deletes_softly():
            return _data(f"delete{kind.title}", self._workspace.soft_delete(kind, record_id)[0])
        self._workspace.destroy(kind, record_id)
        return _data(f"delete{kind.title}", {"id": record_id})

    def delete_many(self, plural: str) -> ResponseReturnValue:
        kind = self._admitted(plural)
        selection = self._selection(kind)
        _refuse_unfiltered()
        if _deletes_softly():
            return _data(f"delete{kind.title_plural}", self._workspace.soft_delete(kind, selection))
        ids = self._workspace.destroy(kind, selection)
        return _data(f"delete{kind.title_plural}", [{"id": record_id} for record_id in ids])

    def restore_many(self, plural: str) -> ResponseReturnValue:
        kind = self._admitted(plural)
        return _data(f"restore{kind.title_plural}", self._workspace.restore(kind, self._selection(kind)))

    def restore_one(self, plural: str, record_id: str) -> ResponseReturnValue:
        # 2.21 has no such route: it cuts "/rest" out of the path and takes what is left for the id.
        self._admitted(plural)
        raise not_a_uuid(f"{record_id}ore")

    def unknown_path(self, path: str) -> ResponseReturnValue:
        raise invalid_path(f"/rest/{path}")

    def _admitted(self, plural: str, record_id: str | None = None) -> ObjectType:
        """The object of the path, once the rate limit and the role let the call in."""
        if record_id is not None and not is_uuid(record_id):
            raise not_a_uuid(record_id)
        kind = self._workspace.store.catalogue.active(plural)
        self._bucket.take()
        self._role.require_for(plural)
        return kind

    def _selection(self, kind: ObjectType) -> Selection:
        return read_selection(kind, request.args.getlist("filter"), self._workspace.store)


def _upserts() -> bool:
    return request.args.get("upsert") == "true"


def _deletes_softly() -> bool:
    return request.args.get("soft_delete") == "true"


def _data(key: str, value: Any) -> dict[str, Any]:
    return {"data": {key: value}}


def _refuse_forbidden(kind: ObjectType) -> None:
    if not kind.creatable:
        raise permission_denied()


def _refuse_unfiltered() -> None:
    if len(request.args.getlist("filter")) != 1:
        raise RefusedError(
            "Filters are mandatory for bulk destroy operations. "
            "Please provide at least one filter to prevent accidental deletion of all records."
        )
