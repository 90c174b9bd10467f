"""`repsync setup`: creates in Twenty what repsync needs and is not there."""

import json
import sys
from dataclasses import asdict

import click

from onboarding.setup import carry_out, lacking_permission, read_plan
from onboarding.setup_plan import Receiver, SetupPlan
from runtime.bootstrap import twenty_client
from runtime.settings import Settings, SettingsError
from runtime.startup import configured, told_in_a_sentence
from twenty_client.errors import TwentyError, Unauthorized
from twenty_client.redis_outage import impatient_redis


@click.command()
@click.option("--receiver-url", help="Where Twenty reaches the receiver; RECEIVER_URL without it.")
@click.option("--dry-run", is_flag=True, help="Show the plan and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def setup(receiver_url: str | None, dry_run: bool, as_json: bool) -> None:
    """Creates in Twenty what repsync needs: the object repProgressions, its fields, the webhook.

    What exists is neither altered nor deleted. Run again, it creates only what is still missing. Status 1 when
    something that exists needs a person.
    """
    with told_in_a_sentence():
        settings = configured(needs_stores=False)
        receiver = _receiver(settings, receiver_url)
        twenty = twenty_client(settings, impatient_redis(settings.redis_url))
        try:
            plan = read_plan(twenty, receiver)
            _show(plan, receiver, dry_run, as_json)
            if not dry_run:
                carry_out(twenty, plan, receiver, lambda what: click.echo(f"created: {what}", err=as_json))
        except (TwentyError, ValueError) as failed:
            raise click.ClickException(_told(failed)) from None
    sys.exit(1 if plan.problems else 0)


def _told(failed: TwentyError | ValueError) -> str:
    lacking = lacking_permission(failed) if isinstance(failed, Unauthorized) else None
    return f"the key's role lacks `{lacking}` (Settings, Roles): {failed}" if lacking else str(failed)


def _receiver(settings: Settings, url: str | None) -> Receiver:
    found = url or settings.receiver_url
    if not found or not found.startswith(("http://", "https://")):
        raise SettingsError("say where Twenty reaches the receiver: --receiver-url https://…, or RECEIVER_URL")
    return Receiver(found, settings.twenty_webhook_secrets)


def _show(plan: SetupPlan, receiver: Receiver, dry_run: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(plan) | {"receiver": receiver.target_url, "dry_run": dry_run}))
        return
    for line in _lines(plan, receiver, "would create" if dry_run else "to create"):
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
