"""Setup: reads a workspace, and creates what its plan names."""

from collections.abc import Callable

from onboarding.setup_plan import Receiver, SetupPlan, plan_setup
from onboarding.wanted import (
    DATA_MODEL_PERMISSION,
    OPERATIONS,
    PLURAL,
    SINGULAR,
    WEBHOOK_DESCRIPTION,
    WEBHOOKS_PERMISSION,
    WantedField,
)
from twenty_client.errors import ServerFault, Unauthorized
from twenty_client.metadata import read_schema
from twenty_client.paging import Sends
from twenty_client.request import WEBHOOKS, Request, create_field, create_object
from twenty_client.webhooks import create_webhook, read_webhooks


def read_plan(twenty: Sends, receiver: Receiver) -> SetupPlan:
    """What this workspace lacks. Only metadata calls, which are free. Errors: those of `twenty_client.errors`."""
    return plan_setup(read_schema(twenty, PLURAL), read_webhooks(twenty), receiver)


def carry_out(twenty: Sends, plan: SetupPlan, receiver: Receiver, done: Callable[[str], None]) -> None:
    """Creates what the plan names, telling `done` of each. Cut off, a new plan goes on where it was.

    Errors: those of `twenty_client.errors`; ValueError when a webhook is missing and no secret is configured.
    """
    if plan.create_webhook and not receiver.secrets:
        raise ValueError("set TWENTY_WEBHOOK_SECRET first: Twenty signs with it, and the receiver checks it")
    if plan.create_fields:
        object_id = _made_object(twenty, done) if plan.create_object else _object_id(twenty)
        for wanted in plan.create_fields:
            twenty.send(_field_request(object_id, wanted))
            done(f"field {wanted.name}")
    if plan.create_webhook:
        target = receiver.target_url
        twenty.send(create_webhook(target, OPERATIONS, receiver.secrets[0], WEBHOOK_DESCRIPTION))
        done(f"webhook to {target}")


def _made_object(twenty: Sends, done: Callable[[str], None]) -> str:
    """The new object's id, from the answer: a newer Twenty may not list at once what was just made."""
    made = twenty.send(_object_request()).row.get("id")
    done(f"object {PLURAL}")
    return made if isinstance(made, str) else _object_id(twenty)


def lacking_permission(refused: Unauthorized) -> str | None:
    """What the role of a key lacks that Twenty takes for one, by the call that was refused."""
    if refused.status in (401, 403):
        return None
    return WEBHOOKS_PERMISSION if WEBHOOKS in refused.request_line else DATA_MODEL_PERMISSION


def _object_request() -> Request:
    return create_object(
        SINGULAR,
        PLURAL,
        label="Rep Progression",
        label_plural="Rep Progressions",
        description="Each rep's XP, rank, badges and efficiency, kept by repsync",
        icon="IconTrophy",
    )


def _field_request(object_id: str, wanted: WantedField) -> Request:
    return create_field(
        object_id,
        wanted.name,
        wanted.type,
        label=wanted.label,
        description=wanted.description,
        icon=wanted.icon,
        unique=wanted.unique,
    )


def _object_id(twenty: Sends) -> str:
    schema = read_schema(twenty, PLURAL)
    if schema is None:
        raise ServerFault(f"{PLURAL} is not there any more")
    return schema.id
