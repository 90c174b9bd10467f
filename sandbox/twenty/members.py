"""People at work in the workspace: writes that an API key did not make."""

from collections.abc import Callable
from copy import deepcopy

from sandbox.twenty.changes import Person
from sandbox.twenty.errors import record_not_found
from sandbox.twenty.schema import ObjectType, Row
from sandbox.twenty.selection import read_selection
from sandbox.twenty.workspace import Workspace


class MemberSession:
    """Somebody's writes, as made in Twenty's own pages: no API call, so no token of the budget is used.

    A person's rows are stamped with the person (`createdBy`, `updatedBy`) and webhooks carry `userId` and
    `workspaceMemberId`. Every method raises RefusedError with Twenty's own words, and returns copies.
    """

    def __init__(self, workspace: Workspace, kind_of: Callable[[str], ObjectType]) -> None:
        self._workspace = workspace
        self._kind_of = kind_of

    def create(self, plural: str, record: Row) -> Row:
        return deepcopy(self._workspace.create(self._kind_of(plural), [deepcopy(record)], upsert=False)[0])

    def update(self, plural: str, record_id: str, changes: Row) -> Row:
        return deepcopy(self._workspace.update(self._kind_of(plural), record_id, deepcopy(changes))[0])

    def soft_delete(self, plural: str, record_id: str) -> Row:
        """With the noteTargets of a note."""
        return deepcopy(self._workspace.soft_delete(self._kind_of(plural), record_id)[0])

    def restore(self, plural: str, record_id: str) -> Row:
        """With the noteTargets of a note."""
        kind = self._kind_of(plural)
        restored = self._workspace.restore(kind, read_selection(kind, [f"id[eq]:{record_id}"], self._workspace.store))
        if not restored:
            raise record_not_found()
        return deepcopy(restored[0])

    def destroy(self, plural: str, record_id: str) -> None:
        """For good; its noteTargets are not told of."""
        self._workspace.destroy(self._kind_of(plural), record_id)


def person_of(member: Row) -> Person:
    """The cause of an event, from a row of workspaceMembers."""
    return Person(user_id=member["userId"], member_id=member["id"])


def actor_of(member: Row) -> Row:
    """`createdBy` and `updatedBy` of what a member writes."""
    name = f"{member['name']['firstName']} {member['name']['lastName']}".strip()
    return {"source": "MANUAL", "workspaceMemberId": member["id"], "name": name, "context": {}}
