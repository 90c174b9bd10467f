"""The bodies of webhooks, key for key as recorded."""

import json
from typing import Any

from sandbox.twenty.changes import Change, MetadataChange, Person
from sandbox.twenty.objects import WORKSPACE_ID
from sandbox.twenty.subscriptions import Webhook

_API_KEY_ID = "c6ffdb02-9060-44ba-8634-7de23e565980"


def record_body(webhook: Webhook, event_date: str, *, change: Change, person: Person | None) -> bytes:
    """`event_date` is the time of sending. `person` is None when an API key caused the change."""
    caused_by = {"userId": person.user_id, "workspaceMemberId": person.member_id} if person else {}
    updated = {} if change.updated_fields is None else {"updatedFields": change.updated_fields}
    return _encoded(
        {
            "targetUrl": webhook.target_url,
            "eventName": change.event_name,
            "objectMetadata": {"id": change.kind.id, "nameSingular": change.kind.singular},
            "workspaceId": WORKSPACE_ID,
            "webhookId": webhook.id,
            "eventDate": event_date,
            **caused_by,
            "record": change.row,
            **updated,
        }
    )


def metadata_body(webhook: Webhook, event_date: str, *, change: MetadataChange) -> bytes:
    """There is an `event` in it, and no `record`."""
    return _encoded(
        {
            "targetUrl": webhook.target_url,
            "eventName": change.event_name,
            "workspaceId": WORKSPACE_ID,
            "webhookId": webhook.id,
            "eventDate": event_date,
            "apiKeyId": _API_KEY_ID,
            "event": {
                "type": change.action,
                "recordId": change.record_id,
                "metadataName": change.metadata_name,
                "properties": change.properties,
            },
        }
    )


def _encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
