"""`repsync sandbox`: a Twenty on a laptop."""

import click

from runtime.commands.options import AS_JSON, examples


@click.command(
    epilog=examples(
        "repsync sandbox",
        "repsync sandbox --port 3001 --version newer --tokens 20",
        "repsync sandbox --json --api-key secret > sandbox.json &",
    )
)
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    default=3000,
    show_default=True,
    help="Where it listens, on the loopback interface.",
)
@click.option(
    "--version",
    type=click.Choice(["2.21", "older", "newer"]),
    default="2.21",
    show_default=True,
    help="The version of Twenty whose ways it has.",
)
@click.option("--tokens", type=click.IntRange(min=1), default=100, show_default=True, help="API calls a minute.")
@click.option("--api-key", help="The key that it accepts; a new one, which is printed, without it.")
@AS_JSON
def sandbox(*, port: int, version: str, tokens: int, api_key: str | None, as_json: bool) -> None:
    """Runs the sandbox Twenty alone, in memory.

    For those who write integrations against Twenty. It runs until Ctrl-C, and prints its address, the key and where
    faults are switched on.
    """
    from runtime.sandbox_command import run_sandbox

    run_sandbox(port, version, tokens, api_key, as_json=as_json)
