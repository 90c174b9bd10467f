"""The workspace: its version as metadata shows it, our object with its fields, the webhook."""

from collections.abc import Collection, Sequence

from onboarding.doctor.check import Finding, failed, passed, skipped, warned
from onboarding.doctor.twenty_sight import TwentySight
from onboarding.setup_plan import Receiver, SetupPlan, is_sound, plan_setup
from onboarding.wanted import PLURAL, WEBHOOKS_PERMISSION
from twenty_client.errors import Unauthorized
from twenty_client.webhooks import Webhook, read_webhooks

SETUP = "Run `repsync setup`."
SEE_WEBHOOKS = f"Look in Twenty (Settings, API & Webhooks), or allow the role `{WEBHOOKS_PERMISSION}`."
NEEDED = ("workspaceMemberId", "totalXp")
NO_RECEIVER = "RECEIVER_URL is not set"


def check_version(sight: TwentySight) -> Finding:
    """Which era of Twenty this is."""
    targets, deals = sight.schema("noteTargets"), sight.schema("opportunities")
    return judge_version(sight.metadata.is_bare, targets.fields if targets else (), deals.fields if deals else ())


def judge_version(is_bare: bool, target_fields: Collection[str], deal_fields: Collection[str]) -> Finding:
    """By the signs that the contract knows: names of fields before 2.21, bare lists of metadata after it (*src*)."""
    cure = "repsync adapts. Only 2.21 was recorded: run `make contract` against this Twenty."
    if not target_fields:
        return warned("no version can be told: there is no object noteTargets", cure)
    if "targetPerson" not in target_fields or "owner" not in deal_fields:
        return warned("older than 2.21: notes point to `person`, or opportunities have no owner", cure)
    if is_bare:
        return warned("newer than 2.21: its metadata comes without names around it", cure)
    return passed("2.21, or one that looks like it")


def check_object(sight: TwentySight) -> Finding:
    """The object repProgressions with its fields."""
    return judge_object(plan_setup(sight.schema(PLURAL), (), Receiver("", ())))


def judge_object(plan: SetupPlan) -> Finding:
    """What setup's plan says of it. `plan` was made without webhooks."""
    missing = [field.name for field in plan.create_fields]
    if plan.create_object:
        return failed(f"there is no object {PLURAL}", SETUP)
    if missing:
        told = f"{PLURAL} lacks {', '.join(missing)}"
        return failed(told, SETUP) if set(missing) & set(NEEDED) else warned(told, SETUP)
    if plan.problems:
        return warned("; ".join(plan.problems), "Change it in Twenty (Settings, Data model).")
    return passed("; ".join(plan.remarks) or "as repsync makes it")


def check_webhook(sight: TwentySight, receiver: Receiver | None) -> Finding:
    """The webhook that points here."""
    _ = sight.metadata
    if receiver is None:
        return skipped(NO_RECEIVER)
    try:
        return judge_webhook(read_webhooks(sight.twenty), receiver)
    except Unauthorized:
        return warned("the key's role may not see webhooks, so nobody can say whether one points here", SEE_WEBHOOKS)


def judge_webhook(webhooks: Sequence[Webhook], receiver: Receiver) -> Finding:
    """One that brings all events, signed with a secret that we accept; nothing more, and no second one."""
    plan = plan_setup(None, webhooks, receiver)
    pointing = [webhook for webhook in webhooks if webhook.target_url == receiver.target_url]
    if plan.create_webhook:
        return failed(f"no webhook points to {receiver.target_url}", SETUP)
    if not any(is_sound(webhook, receiver) for webhook in pointing):
        return failed(
            "; ".join(plan.problems), "Change it in Twenty (Settings, API & Webhooks), or delete it and run setup."
        )
    if plan.problems or len(pointing) > 1:
        told = "; ".join((*plan.problems, *([f"{len(pointing)} webhooks point here"] if len(pointing) > 1 else [])))
        return warned(told, "Leave one, with the events that setup gives it (Settings, API & Webhooks).")
    return passed(f"points to {receiver.target_url}")
