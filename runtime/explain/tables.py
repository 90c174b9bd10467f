"""Tables that pages share: awards, and plain rows."""

from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table

from accounts.awards_page import ToldAward
from accounts.words import reason, shown, what
from runtime.explain.words import moment, plain


def heading(text: str) -> Padding:
    """A line above a part of the page."""
    return Padding(plain(text, "bold"), (1, 0, 0, 0))


def rows(headings: Sequence[str], cells: Iterable[Sequence[str]]) -> Table:
    """A table of texts, each as it is: what came from outside is no markup."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name in headings:
        table.add_column(name, overflow="fold")
    for row in cells:
        table.add_row(*map(plain, row))
    return table


def lines(texts: Iterable[str]) -> Table:
    """Lines below each other, wrapped behind an indentation."""
    grid = Table.grid(padding=(0, 1))
    for text in texts:
        grid.add_row("-", plain(text))
    return grid


def awards_table(awards: Iterable[ToldAward]) -> Table:
    """When, how much, for what; 0 XP says why."""
    return rows(("When (UTC)", "XP", "Reason", "For"), map(_award, awards))


def _award(told: ToldAward) -> tuple[str, str, str, str]:
    award, kept = told.award, told.fact
    why = "" if award.basis == "paid" else f"\n{told.why}"
    behind = f"{what(kept.fact)}\n{award.cause.partition(':')[2]}" if kept else award.cause
    return moment(award.occurred_at), shown(award.amount), reason(award.reason), behind + why
