"""What a shell completes beside commands and options: reps, by their names in the ledger."""

import os
import re

import click
from click.shell_completion import BashComplete, CompletionItem

from runtime.running_stores import use_running_stores

MOST = 50
# Twice: once for the script, whose `read` takes backslashes for itself, once for the command line.
_ESCAPED = r"\\\\\1"
_SPECIAL = re.compile(r"([^\w@%+=:,./-])")
_WHOLE = re.compile(r"""\\.|'[^']*'|"[^"]*\"""")


class EscapingBash(BashComplete):
    """Escapes what bash would take apart, such as the blank in a name; zsh and fish do that by themselves."""

    def format_completion(self, item: CompletionItem[str]) -> str:
        """`plain,Jane\\\\ Austen`; inside quotes, as it is."""
        is_quoted = {"'", '"'} & set(_WHOLE.sub("", os.environ["COMP_WORDS"]))
        return f"{item.type},{item.value if is_quoted else _SPECIAL.sub(_ESCAPED, item.value)}"


def complete_rep(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Reps whose name, or else id, begins like this; none where the ledger can't be read."""
    use_running_stores()
    try:
        return _reps(incomplete)
    except Exception:  # a shell has no place for errors while somebody types
        return []


def _reps(incomplete: str) -> list[CompletionItem]:
    from ledger.rep_list import reps_beginning
    from runtime.startup import reading_ledger

    with reading_ledger() as ledger:
        found = reps_beginning(ledger, incomplete, MOST)
    return [CompletionItem(name or rep, help=rep) for rep, name in found if name.isprintable()]
