"""The metadata routes: what objects and fields there are, and the webhooks. They use no tokens."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.twenty.body import sent_json
from sandbox.twenty.errors import RefusedError
from sandbox.twenty.objects import OBJECTS, WORKSPACE_ID
from sandbox.twenty.paging import read_limit
from sandbox.twenty.schema import Field, ObjectType
from sandbox.twenty.webhooks import Webhook, Webhooks


def metadata_routes(webhooks: Webhooks) -> Blueprint:
    metadata = Blueprint("metadata", __name__, url_prefix="/rest/metadata")
    metadata.get("/objects")(_list_objects)

    @metadata.get("/webhooks")
    def list_webhooks() -> ResponseReturnValue:
        return jsonify([_webhook(each) for each in webhooks.all()])

    @metadata.post("/webhooks")
    def create_webhook() -> ResponseReturnValue:
        sent = sent_json() or {}
        target_url = _target_url(sent)
        operations = sent.get("operations") or ["*.*"]
        created = webhooks.register(target_url, operations, sent.get("secret"), sent.get("description"))
        return jsonify(_webhook(created)), 201

    return metadata


def _list_objects() -> ResponseReturnValue:
    every = [_object(kind) for kind in OBJECTS.values()]
    shown = every[: read_limit(request.args.get("limit"))]
    info = {
        "hasNextPage": len(shown) < len(every),
        "startCursor": shown[0]["id"] if shown else None,
        "endCursor": shown[-1]["id"] if shown else None,
    }
    return {"data": {"objects": shown}, "pageInfo": info, "totalCount": len(every)}


def _object(kind: ObjectType) -> dict[str, Any]:
    return {
        "id": kind.id,
        "nameSingular": kind.singular,
        "namePlural": kind.plural,
        "labelSingular": kind.title,
        "labelPlural": kind.title_plural,
        "isRemote": False,
        "isActive": True,
        "isSystem": not kind.creatable,
        "workspaceId": WORKSPACE_ID,
        "fields": [_field(kind, field) for field in kind.fields],
    }


def _field(kind: ObjectType, field: Field) -> dict[str, Any]:
    name = field.relation or field.name
    shown: dict[str, Any] = {
        "id": str(uuid5(UUID(kind.id), name)),
        "type": field.type,
        "name": name,
        "label": name,
        "isActive": True,
        "isNullable": field.name != "id",
        "isUnique": field.is_unique,
        "workspaceId": WORKSPACE_ID,
        "objectMetadataId": kind.id,
    }
    if field.relation:
        shown["settings"] = {"relationType": "MANY_TO_ONE", "joinColumnName": field.name}
    if field.options:
        shown["options"] = [{"value": option, "label": option} for option in field.options]
    return shown


def _target_url(sent: dict[str, Any]) -> str:
    target_url = str(sent.get("targetUrl", ""))
    if urlsplit(target_url).scheme not in ("http", "https"):
        raise RefusedError(
            "Multiple validation errors occurred while creating webhook",
            error="WorkspaceMigrationBuilderException",
        )
    return target_url


def _webhook(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "targetUrl": webhook.target_url,
        "operations": list(webhook.operations),
        "description": webhook.description,
        "secret": webhook.secret,
        "workspaceId": WORKSPACE_ID,
        "createdAt": webhook.created_at,
        "updatedAt": webhook.created_at,
        "deletedAt": None,
    }
