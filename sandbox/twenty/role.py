"""What the role of the API key allows, as Twenty's roles know it. A refusal is worded as the recorded one."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import Flask, request

from sandbox.twenty.errors import permission_denied

DATA_MODEL = "data model"
WEBHOOKS = "API keys & webhooks"


@dataclass(slots=True)
class Role:
    """`allowed` names actions, as `read notes`, `edit notes` (which creates too), `delete notes` (softly), `destroy
    notes`, and settings: `data model` (to change it: reading is free), `API keys & webhooks`. None allows everything.

    The refusal of an object was recorded with an object that nobody may write; that settings refuse alike is not.
    """

    allowed: Collection[str] | None = None

    def require(self, permission: str) -> None:
        """Raises RefusedError unless it is allowed."""
        if self.allowed is not None and permission not in self.allowed:
            raise permission_denied()

    def require_for(self, plural: str) -> None:
        """For the current call of an object's route."""
        self.require(f"{_action()} {plural}")


def guard_settings(app: Flask, role: Role) -> None:
    """Holds the metadata's routes to the role."""

    @app.before_request
    def _guard() -> None:
        if request.blueprint == "webhooks":
            role.require(WEBHOOKS)
        if request.blueprint == "metadata" and request.method != "GET":
            role.require(DATA_MODEL)


def _action() -> str:
    if request.method == "DELETE":
        return "delete" if request.args.get("soft_delete") == "true" else "destroy"
    return "read" if request.method == "GET" else "edit"
