"""Options and texts that commands share."""

import click

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
YES = click.option("--yes", is_flag=True, help="Do it without asking.")


def examples(*lines: str) -> str:
    """What stands behind a command's options: what to type."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
