"""Options and texts that commands share."""

import click

from runtime.asking import system_user

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
YES = click.option("--yes", is_flag=True, help="Do it without asking.")


def _named(_context: click.Context, _option: click.Parameter, name: str | None) -> str:
    return (name or "").strip() or system_user()


BY = click.option(
    "--by", metavar="NAME", callback=_named, help="Who does it, for the audit log.  [default: your user name]"
)


def examples(*lines: str) -> str:
    """What stands behind a command's options: what to type."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
