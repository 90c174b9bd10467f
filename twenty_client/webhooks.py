"""The workspace's webhooks. Their list comes bare, without the `data` around it that all else has (recorded)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from twenty_client.errors import ServerFault
from twenty_client.paging import Sends
from twenty_client.request import WEBHOOKS, Request, Row


@dataclass(frozen=True, slots=True)
class Webhook:
    """A subscription; `operations` are `note.*`, `note.created`, `*.deleted` or `*.*`."""

    id: str
    target_url: str
    operations: tuple[str, ...]
    secret: str = field(repr=False)

    def brings(self, operation: str) -> bool:
        """Whether all events of an operation such as `note.*` are sent."""
        return not {operation, "*.*"}.isdisjoint(self.operations)


def read_webhooks(client: Sends) -> list[Webhook]:
    """All webhooks of the workspace. Errors: those of `twenty_client.errors`."""
    request = Request("GET", WEBHOOKS)
    try:
        return [_webhook(row) for row in client.send(request).rows]
    except (KeyError, TypeError):
        raise ServerFault("a webhook without address or operations", request_line=request.line) from None


def create_webhook(target_url: str, operations: Sequence[str], secret: str, description: str) -> Request:
    """A new webhook. The request's body, which holds the secret, stays out of its repr."""
    body = {"targetUrl": target_url, "operations": list(operations), "description": description, "secret": secret}
    return Request("POST", WEBHOOKS, body=body)


def _webhook(row: Row) -> Webhook:
    return Webhook(row["id"], row["targetUrl"], tuple(row["operations"]), row.get("secret") or "")
