"""The routes of webhooks: `/rest/metadata/webhooks` and, for the same, `/rest/webhooks`. They use no tokens."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from sandbox.twenty.body import sent_json
from sandbox.twenty.clock import SandboxClock
from sandbox.twenty.errors import RefusedError, record_not_found
from sandbox.twenty.metadata_shapes import CUSTOM_APPLICATION_ID
from sandbox.twenty.objects import WORKSPACE_ID
from sandbox.twenty.webhooks import Webhook, Webhooks

_PLACES = ("/rest/metadata/webhooks", "/rest/webhooks")


def webhook_routes(webhooks: Webhooks, clock: SandboxClock) -> Blueprint:
    """The blueprint `webhooks`."""
    blueprint = Blueprint("webhooks", __name__)
    routes = _WebhookRoutes(webhooks, clock)
    for place in _PLACES:
        blueprint.get(place)(routes.list_all)
        blueprint.post(place)(routes.create)
        blueprint.get(f"{place}/<webhook_id>")(routes.get_one)
        blueprint.patch(f"{place}/<webhook_id>")(routes.update)
    return blueprint


class _WebhookRoutes:
    def __init__(self, webhooks: Webhooks, clock: SandboxClock) -> None:
        self._webhooks = webhooks
        self._clock = clock
        self._updated_at: dict[str, str] = {}

    def list_all(self) -> ResponseReturnValue:
        return jsonify([self._shown(each) for each in self._webhooks.all()])

    def create(self) -> ResponseReturnValue:
        sent = sent_json() or {}
        operations = sent.get("operations") or ["*.*"]
        created = self._webhooks.register(_target_url(sent), operations, sent.get("secret"), sent.get("description"))
        return jsonify(self._shown(created)), 201

    def get_one(self, webhook_id: str) -> ResponseReturnValue:
        return jsonify(self._shown(self._found(webhook_id)))

    def update(self, webhook_id: str) -> ResponseReturnValue:
        sent = sent_json() or {}
        webhook = self._found(webhook_id)
        changed = replace(
            webhook,
            target_url=_target_url(sent) if "targetUrl" in sent else webhook.target_url,
            operations=tuple(sent.get("operations", webhook.operations)),
            secret=sent.get("secret", webhook.secret),
            description=sent.get("description", webhook.description),
        )
        self._webhooks.change(changed)
        self._updated_at[webhook_id] = self._clock.stamp()
        return jsonify(self._shown(changed))

    def _found(self, webhook_id: str) -> Webhook:
        found = next((each for each in self._webhooks.all() if each.id == webhook_id), None)
        if found is None:
            raise record_not_found()
        return found

    def _shown(self, webhook: Webhook) -> dict[str, Any]:
        return {
            "id": webhook.id,
            "targetUrl": webhook.target_url,
            "operations": list(webhook.operations),
            "description": webhook.description,
            "secret": webhook.secret,
            "workspaceId": WORKSPACE_ID,
            "applicationId": CUSTOM_APPLICATION_ID,
            "createdAt": webhook.created_at,
            "updatedAt": self._updated_at.get(webhook.id, webhook.created_at),
            "deletedAt": None,
        }


def _target_url(sent: dict[str, Any]) -> str:
    target_url = str(sent.get("targetUrl", ""))
    if urlsplit(target_url).scheme not in ("http", "https"):
        raise RefusedError(
            "Multiple validation errors occurred while creating webhook",
            error="WorkspaceMigrationBuilderException",
        )
    return target_url
