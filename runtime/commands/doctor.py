"""`repsync doctor`: whether all works together."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from shutil import get_terminal_size
from textwrap import wrap

import click

from ledger.engine import connect_engine
from onboarding.doctor.check import Check
from onboarding.doctor.examination import Examination, Surroundings
from onboarding.setup_plan import Receiver
from runtime.bootstrap import load_rules, twenty_client
from runtime.commands.options import AS_JSON, examples
from runtime.exit_status import ExitStatus
from runtime.output import print_json, printable
from runtime.settings import Settings
from runtime.startup import configured
from sandbox.embedded.servers import sigterm_as_exit
from twenty_client.errors import TwentyError
from twenty_client.redis_outage import impatient_redis
from worker.wake import QUEUES, last_beat_at

_NAME, _VERDICT = 16, 8
_COLOURS = {"pass": "green", "warn": "yellow", "fail": "red", "skipped": "cyan"}


@click.command(epilog=examples("repsync doctor", "repsync doctor --no-round-trip --json | jq .counts"))
@click.option("--no-round-trip", is_flag=True, help="Write no note into Twenty.")
@AS_JSON
def doctor(*, as_json: bool, no_round_trip: bool) -> None:
    """Checks that all works together.

    Twenty, webhooks, stores, processes, records and RedHawk: each line says pass, warn or fail, with the cure. Status
    1 when a line fails, 0 otherwise, with warnings too.
    The round trip writes a note into Twenty, waits for its webhook (15 s at most) and removes the note again.
    """
    with sigterm_as_exit():
        examination = Examination(_surroundings(configured()), round_trip=not no_round_trip)
        checks = []
        for check in examination.checks():
            checks.append(check)
            if not as_json:
                _show(check)
    if as_json:
        print_json(_summary(checks))
    else:
        click.echo(_closing(checks))
    sys.exit(ExitStatus.FOUND if any(check.verdict == "fail" for check in checks) else ExitStatus.DONE)


class _NoGate:
    """Lets every call pass and pauses nobody: the doctor's few calls are made to see what is wrong."""

    def check(self) -> None:
        """Never raises."""

    def report(self, error: TwentyError) -> None:
        """Told to the one who asked, and to nobody else."""

    def report_success(self) -> None:
        """A pause that is on is the others' affair."""


def _surroundings(settings: Settings) -> Surroundings:
    redis = impatient_redis(settings.redis_url)
    url = settings.receiver_url
    return Surroundings(
        twenty=twenty_client(settings, redis, gate=_NoGate()),
        twenty_url=settings.twenty_url,
        receiver=Receiver(url, settings.twenty_webhook_secrets) if url else None,
        engine=connect_engine(settings.database_url),
        redis=redis,
        rules=load_rules(settings.rules_path),
        now=lambda: datetime.now(UTC),
        clock_ticked_at=lambda: last_beat_at(redis),
        queues=QUEUES,
        share=settings.twenty_calls_per_minute,
        tolerance_s=settings.webhook_tolerance_s,
        has_redhawk_webhooks=bool(settings.redhawk_webhook_secrets),
        has_redhawk_history=settings.redhawk_url is not None,
    )


def _show(check: Check) -> None:
    verdict = click.style(f"{check.verdict:{_VERDICT}}", fg=_COLOURS[check.verdict])
    indent = " " * (_NAME + _VERDICT)
    width = min(max(get_terminal_size().columns, 50), 140) - len(indent)
    told = wrap(printable(check.told), width) or [""]
    cure = wrap(f"→ {printable(check.cure)}", width) if check.cure else []
    click.echo(f"{verdict}{check.name:{_NAME}}{told[0]}")
    for line in (*told[1:], *cure):
        click.echo(indent + line)


def _summary(checks: Sequence[Check]) -> dict[str, object]:
    return {"checks": [asdict(check) for check in checks], "counts": _counts(checks)}


def _counts(checks: Sequence[Check]) -> dict[str, int]:
    verdicts = [check.verdict for check in checks]
    return {verdict: verdicts.count(verdict) for verdict in ("pass", "warn", "fail", "skipped")}


def _closing(checks: Sequence[Check]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in _counts(checks).items())
