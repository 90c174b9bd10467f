"""`repsync setup`: creates in Twenty what repsync needs and is not there."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click

from onboarding.setup import carry_out, lacking_permission, read_plan
from onboarding.setup_plan import Receiver, SetupPlan
from runtime.bootstrap import twenty_client
from runtime.commands.options import AS_JSON, examples
from runtime.exit_status import ExitStatus
from runtime.output import print_json
from runtime.settings import Settings, SettingsError
from runtime.startup import configured
from runtime.told_failures import Away
from twenty_client.errors import Unauthorized
from twenty_client.redis_outage import impatient_redis


@click.command(
    epilog=examples(
        "repsync setup --dry-run", "repsync setup", "repsync setup --receiver-url https://repsync.example.com --json"
    )
)
@click.option("--receiver-url", help="Where Twenty reaches the receiver; RECEIVER_URL without it.")
@click.option("--dry-run", is_flag=True, help="Show the plan and change nothing.")
@AS_JSON
def setup(receiver_url: str | None, dry_run: bool, as_json: bool) -> None:
    """Creates in Twenty what repsync needs: the object, its fields, the webhook.

    Needs no stores. What exists is neither altered nor deleted; run again, it creates only what is still missing.
    Status 1 when something that exists needs a person.
    """
    settings = configured(needs_stores=False)
    receiver = _receiver(settings, receiver_url)
    twenty = twenty_client(settings, impatient_redis(settings.redis_url))
    with _lack_told():
        plan = read_plan(twenty, receiver)
        if not as_json:
            _show(plan, receiver, "would create" if dry_run else "to create")
        if not dry_run:
            carry_out(twenty, plan, receiver, lambda what: click.echo(f"created: {what}", err=as_json))
    if as_json:
        print_json({"receiver": receiver.target_url, "dryRun": dry_run, **_json(plan)})
    sys.exit(ExitStatus.FOUND if plan.problems else ExitStatus.DONE)


@contextmanager
def _lack_told() -> Iterator[None]:
    """A permission that the key's role lacks is named."""
    try:
        yield
    except Unauthorized as refused:
        if lacking := lacking_permission(refused):
            raise Away(f"The key's role lacks `{lacking}` (Settings, Roles): {refused}") from None
        raise
    except ValueError as wrong:
        raise Away(str(wrong)) from None


def _receiver(settings: Settings, url: str | None) -> Receiver:
    found = url or settings.receiver_url
    if not found or not found.startswith(("http://", "https://")):
        raise SettingsError("say where Twenty reaches the receiver: --receiver-url https://…, or RECEIVER_URL")
    return Receiver(found, settings.twenty_webhook_secrets)


def _json(plan: SetupPlan) -> dict[str, object]:
    return {
        "createObject": plan.create_object,
        "createFields": [asdict(field) for field in plan.create_fields],
        "createWebhook": plan.create_webhook,
        "remarks": plan.remarks,
        "problems": plan.problems,
    }


def _show(plan: SetupPlan, receiver: Receiver, verb: str) -> None:
    for line in _lines(plan, receiver, verb):
        click.echo(line)


def _lines(plan: SetupPlan, receiver: Receiver, verb: str) -> list[str]:
    wanted = ["object repProgressions"] if plan.create_object else []
    wanted += [f"field {field.name} ({field.type}{', unique' if field.unique else ''})" for field in plan.create_fields]
    wanted += [f"webhook to {receiver.target_url}"] if plan.create_webhook else []
    return [
        *(f"{verb}: {what}" for what in wanted),
        *(f"as found: {remark}" for remark in plan.remarks),
        *(f"PROBLEM: {problem}" for problem in plan.problems),
        *(["nothing is missing"] if plan.is_empty else []),
    ]
