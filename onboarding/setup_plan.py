"""Setup as data: what is missing in a workspace, and what is there in another way. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hmac import compare_digest

from onboarding.wanted import FIELDS, OPERATIONS, PLURAL, WantedField
from programs.progression.row_fields import KINDS, can_hold
from twenty_client.metadata import ObjectSchema
from twenty_client.webhooks import Webhook

REP_FIELD = "workspaceMemberId"


@dataclass(frozen=True, slots=True)
class SetupPlan:
    """What to create, and what a person should know of what exists. Nothing that exists is altered or deleted."""

    create_object: bool
    create_fields: tuple[WantedField, ...]
    create_webhook: bool
    remarks: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be created."""
        return not (self.create_object or self.create_fields or self.create_webhook)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where Twenty reaches the receiver, and the secrets that it accepts."""

    url: str
    secrets: tuple[str, ...] = field(repr=False)

    @property
    def target_url(self) -> str:
        """What a webhook must point to."""
        return f"{self.url.rstrip('/')}/webhooks/twenty"


def plan_setup(schema: ObjectSchema | None, webhooks: Sequence[Webhook], receiver: Receiver) -> SetupPlan:
    """The plan for a workspace whose repProgressions looks like `schema` (None: it has none)."""
    pointing = [webhook for webhook in webhooks if webhook.target_url == receiver.target_url]
    remarks, problems = _found_fields(schema)
    return SetupPlan(
        create_object=schema is None,
        create_fields=tuple(wanted for wanted in FIELDS if schema is None or wanted.name not in schema.fields),
        create_webhook=not pointing,
        remarks=remarks,
        problems=(*problems, *(problem for webhook in pointing for problem in _faults(webhook, receiver))),
    )


def _found_fields(schema: ObjectSchema | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is said of existing fields: those of another type that repsync adapts to, and those that it can't use."""
    if schema is None:
        return (), ()
    found = [(wanted, schema.fields[wanted.name]) for wanted in FIELDS if wanted.name in schema.fields]
    other = [(wanted, type_) for wanted, type_ in found if type_ != wanted.type]
    usable = [(wanted, type_) for wanted, type_ in other if can_hold(wanted.name, type_)]
    remarks = tuple(f"{wanted.name} is {type_}: repsync writes it in that form" for wanted, type_ in usable)
    problems = [
        f"{wanted.name} is {type_}, which can't hold {_article(KINDS[wanted.name])}: repsync leaves it alone"
        for wanted, type_ in other
        if (wanted, type_) not in usable
    ]
    if REP_FIELD in schema.fields and REP_FIELD not in schema.unique:
        problems.append(f"{REP_FIELD} is not unique: set it so in Twenty (Settings, Data model, {PLURAL})")
    return remarks, tuple(problems)


def _article(kind: str) -> str:
    return {"json": "JSON", "instant": "a time"}.get(kind, f"a {kind}")


def is_sound(webhook: Webhook, receiver: Receiver) -> bool:
    """Whether it sends all that is read, signed with a secret that the receiver accepts."""
    return all(webhook.brings(wanted) for wanted in OPERATIONS) and _is_accepted(webhook, receiver)


def _is_accepted(webhook: Webhook, receiver: Receiver) -> bool:
    return any(compare_digest(webhook.secret.encode(), secret.encode()) for secret in receiver.secrets)


def _faults(webhook: Webhook, receiver: Receiver) -> list[str]:
    """What is wrong with a webhook that points here."""
    lacking = [wanted for wanted in OPERATIONS if not webhook.brings(wanted)]
    faults = [f"the webhook to {webhook.target_url} does not send {', '.join(lacking)}"] if lacking else []
    if not _is_accepted(webhook, receiver):
        faults.append(f"the webhook to {webhook.target_url} signs with a secret that TWENTY_WEBHOOK_SECRET lacks")
    if webhook.brings("repProgression.*"):
        faults.append(f"the webhook to {webhook.target_url} also sends repProgression events: needless ones")
    return faults
