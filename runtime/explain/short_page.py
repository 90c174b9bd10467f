"""A rep's page in short: where the rep stands, what the next rank needs, what waits, and what Twenty has."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType

from accounts.rep_account import RepAccount
from accounts.words import GATES, shown
from runtime.explain.rep_page import where
from runtime.explain.words import moment, plain


def short_page(account: RepAccount) -> RenderableType:
    """The first lines of the long page, then a line each."""
    return Group(*where(account), *map(plain, _lines(account)))


def _lines(account: RepAccount) -> Iterator[str]:
    if account.rep.standing is not None:
        yield _next_rank(account.rep.standing["eligibility"])
    if account.waiting:
        counts = ", ".join(f"{count} × {kind}" for kind, count in sorted(account.waiting.items()))
        yield f"Waits for the watermark: {counts}."
    if account.rep.row_problem:
        yield f"Something is wrong with the row in Twenty: {account.rep.row_problem}."
    if account.writes:
        last = account.writes[0]
        yield f"Last written to Twenty at {moment(last.written_at)} UTC (write {last.sequence})."
    else:
        yield "Nothing was written to Twenty yet."


def _next_rank(eligibility: Mapping[str, Any]) -> str:
    if eligibility["next"] is None:
        return "There is no higher rank."
    unmet = [gate for gate in eligibility["gates"] if not gate["met"]]
    if not unmet:
        return f"{eligibility['next']} comes with the watermark: every gate is met."
    told = (f"{GATES.get(g['gate'], g['gate'])} {shown(g['have'])} of {shown(g['need'])}" for g in unmet)
    return f"{eligibility['next']} still needs: {', '.join(told)}."
