"""Sessions: writing to the sandbox as one person, or as the API key. The one place that knows how."""

from collections.abc import Mapping
from typing import Any

from sandbox.twenty.objects import OBJECTS
from sandbox.twenty.schema import Row
from sandbox.twenty.selection import Selection
from sandbox.twenty.workspace import Workspace


class Session:
    """Somebody's way into the workspace; `member_id` is None for the API key. People spend no API budget."""

    def __init__(self, workspace: Workspace, member_id: str | None) -> None:
        self._workspace = workspace
        self._actor = None if member_id is None else _person(workspace, member_id)

    def create(self, plural: str, fields: Mapping[str, Any]) -> None:
        row = dict(fields) if self._actor is None else {"createdBy": self._actor, **fields}
        self._workspace.create(OBJECTS[plural], [row], upsert=False)

    def update(self, plural: str, record_id: str, fields: Mapping[str, Any]) -> None:
        self._workspace.update(OBJECTS[plural], record_id, dict(fields))

    def soft_delete(self, plural: str, record_id: str) -> None:
        self._workspace.soft_delete(OBJECTS[plural], record_id)

    def restore(self, plural: str, record_id: str) -> None:
        self._workspace.restore(OBJECTS[plural], _only(record_id))

    def destroy(self, plural: str, record_id: str) -> None:
        self._workspace.destroy(OBJECTS[plural], record_id)


def _person(workspace: Workspace, member_id: str) -> Row:
    name = workspace.one(OBJECTS["workspaceMembers"], member_id)["name"]
    full_name = f"{name['firstName']} {name['lastName']}"
    return {"source": "MANUAL", "workspaceMemberId": member_id, "name": full_name, "context": {}}


def _only(record_id: str) -> Selection:
    return Selection(lambda row: bool(row["id"] == record_id), sees_deleted=True, compares_dates_for_equality=False)
