"""The workspace under test: what it is reached by, what was there before, and how the run's own goes again."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from contract_calls import OwnCalls, batch_destroy, of_metadata
from contract_run import Run

from onboarding.wanted import PLURAL
from runtime.local import free_port, require_free
from sandbox.twenty import SandboxTwenty
from twenty_client.errors import TwentyError
from twenty_client.filters import is_not_null, is_null, or_
from twenty_client.metadata import read_schema
from twenty_client.request import WEBHOOKS, Request, list_rows
from twenty_client.webhooks import Webhook, read_webhooks

ASKED = ("TWENTY_URL", "TWENTY_API_KEY", "RECEIVER_URL")
LISTEN = "RECEIVER_LISTEN"
MEMBER = "20202020-463f-435b-828c-107e007a2711"
NONE = "contract.none"  # an event that never is


@dataclass(frozen=True, slots=True)
class UnderTest:
    """A Twenty, and where it reaches the receiver, which listens at `host` and `port`."""

    url: str
    key: str = field(repr=False)
    receiver_url: str
    host: str
    port: int
    sandbox: SandboxTwenty | None = None


def real_twenty() -> UnderTest:
    """The Twenty that the environment names; fails with what it lacks."""
    missing = [name for name in ASKED if not os.environ.get(name)]
    assert not missing, f"TWENTY_URL is set, so set {' and '.join(missing)} too"
    url, key, receiver = (os.environ[name].strip().rstrip("/") for name in ASKED)
    host, _, port = os.environ.get(LISTEN, "127.0.0.1:8080").rpartition(":")
    require_free(host, int(port))
    return UnderTest(url, key, receiver, host, int(port))


@contextmanager
def sandbox_twenty() -> Iterator[UnderTest]:
    """A sandbox that holds what other people made, which must be the same in the end."""
    twenty, port = SandboxTwenty("a-key-of-the-tests", webhook_cache_s=3.0), free_port()
    twenty.remove_object(PLURAL)
    twenty.put("workspaceMembers", {"id": MEMBER, "name": {"firstName": "Jane", "lastName": "Austen"}})
    jane = twenty.as_member(MEMBER)
    jane.create("notes", {"title": "Call - CONTACT | 2:05 | Kim"})
    jane.create("opportunities", {"name": "Roof", "stage": "CUSTOMER", "ownerId": MEMBER})
    before = _rows(twenty)
    yield UnderTest(twenty.start(), "a-key-of-the-tests", f"http://127.0.0.1:{port}", "127.0.0.1", port, twenty)
    twenty.stop()
    assert _rows(twenty) == before


def _rows(twenty: SandboxTwenty) -> dict[str, object]:
    return {plural: twenty.rows(plural) for plural in ("notes", "noteTargets", "opportunities", "workspaceMembers")}


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


class Workspace:
    """Looks before the run, and cleans up after it."""

    def __init__(self, own: OwnCalls, run: Run, receiver_url: str) -> None:
        """Fails where another repsync is set up, which would count the run's made-up reps too."""
        self._own, self._run, self._receiver_url = own, run, receiver_url
        self._had_object = read_schema(own, PLURAL) is not None
        targets = [webhook.target_url for webhook in read_webhooks(own)]
        runs = f"{receiver_url}/contract-"  # what a run that was killed left does not count
        others = [url for url in targets if url.endswith("/webhooks/twenty") and not url.startswith(runs)]
        assert not others, f"another repsync is set up here ({others[0]}): use a workspace without one"

    def clean_up(self) -> None:
        """Destroys the run's rows, notes, webhooks, and the object if the run made it; fails with what is left."""
        steps = (self._remove_webhooks, self._destroy_rows, self._destroy_notes, self._remove_object)
        left = [told for step in steps if (told := _tried(step))]
        assert not left, f"not cleaned up: {'; '.join(left)}"

    def _remove_webhooks(self) -> None:
        for webhook in self._own_webhooks():
            self._own.answer(Request("DELETE", f"{WEBHOOKS}/{webhook.id}"))
        for webhook in self._own_webhooks():  # no recording shows that a webhook can be deleted
            self._own.answer(of_metadata("PATCH", f"webhooks/{webhook.id}", {"operations": [NONE]}))
        left = [webhook.id for webhook in self._own_webhooks() if webhook.operations != (NONE,)]
        assert not left, f"webhooks {left}: delete them in Twenty (Settings, API & Webhooks)"

    def _own_webhooks(self) -> list[Webhook]:
        start = f"{self._receiver_url}/contract-"
        return [webhook for webhook in read_webhooks(self._own) if webhook.target_url.startswith(start)]

    def _destroy_rows(self) -> None:
        if read_schema(self._own, PLURAL) is not None:
            self._destroy(batch_destroy(PLURAL, self._run.row_ids))

    def _destroy_notes(self) -> None:
        self._destroy(batch_destroy("notes", self._run.notes))

    def _destroy(self, requests: list[Request]) -> None:
        for request in requests:
            self._own.send(request)

    def _remove_object(self) -> None:
        schema = None if self._had_object else read_schema(self._own, PLURAL)
        if schema is None:
            return
        everything = or_(is_null("deletedAt"), is_not_null("deletedAt"))
        assert not self._own.send(list_rows(PLURAL, filter=everything, limit=1)).rows, (
            f"{PLURAL}: it holds others' rows"
        )
        self._own.send(of_metadata("PATCH", f"objects/{schema.id}", {"isActive": False}))
        self._own.send(of_metadata("DELETE", f"objects/{schema.id}"))


def _tried(step: Callable[[], None]) -> str:
    """What a step could not do; the others are still tried."""
    try:
        step()
    except (AssertionError, TwentyError, OSError) as left:
        return f"{step.__name__.strip('_')}: {left}"
    return ""
