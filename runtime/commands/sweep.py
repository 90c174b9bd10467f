"""`repsync sweep`: what an operator can say to the sweep."""

import click

from runtime.bootstrap import worker_parts
from runtime.startup import configured, told_in_a_sentence
from worker.missing import accept_missing
from worker.spans import COMPARED


@click.command()
@click.option(
    "--accept-missing",
    "accepts_missing",
    is_flag=True,
    help="Believe that the many records missing in Twenty are gone.",
)
def sweep(*, accepts_missing: bool) -> None:
    """Sweeps Twenty."""
    if not accepts_missing:
        raise click.UsageError("Give --accept-missing.")
    accept()


def accept() -> None:
    """Believes what stopped the last comparison with Twenty; fails when none was stopped."""
    with told_in_a_sentence():
        stopped = accept_missing(worker_parts(configured()))
    if not stopped:
        raise click.ClickException("No comparison with Twenty is stopped: there is nothing to accept.")
    for each in stopped:
        click.echo(f"Accepted: {each.too_many} or more of {each.among} {COMPARED[each.object]} are missing in Twenty.")
    click.echo("They are counted out when the next comparison has found them and the sweep after it confirms it.")
