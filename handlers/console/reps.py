"""/console/reps: everybody at a glance, who improves and who stalls."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from accounts.rep_board import OLD_AFTER, refresh_board
from handlers.console.access import needs
from handlers.console.parts import ConsoleParts
from handlers.console.rep_table import TableQuestion, read_question, rep_table
from handlers.console.rep_words import METRIC_MEANINGS, METRICS, TREND_MEANINGS, TRENDS
from ledger.engine import snapshot

# Of each column: the sort, its heading, what it means; None stands in for the metrics.
_SORT_OF_METRIC = {
    "sub30sDropRate": "drops",
    "twoPlusMinRate": "long",
    "callToApptRate": "appointments",
    "cadenceCompletionRate": "cadence",
    "showRate": "shows",
}
COLUMNS = (
    ("name", "Name", "", False),
    ("rank", "Rank", "", False),
    ("level", "Level", "", True),
    ("xp", "XP", "All of the row, what others gave too.", True),
    ("week", "7 days", "XP of the last seven days, where the rep is.", True),
    ("change", "Change", "XP against the seven days before.", True),
    *((sort, METRICS[name], METRIC_MEANINGS[name], False) for name, sort in _SORT_OF_METRIC.items()),
    ("streak", "Streak", "Days of work in a row.", True),
    ("active", "Active", "The last day with a call, an appointment, a deal or a training.", False),
    ("sync", "Sync", "Whether Twenty's row says what the ledger does.", False),
)


def reps_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET /console/reps?search=&sort=&trend=&page=."""

    @console.get("/reps")
    @needs("viewer")
    def reps() -> str:
        question = read_question(request.args)
        refresh_board(parts.engine, parts.rules, parts.now(), OLD_AFTER)
        with snapshot(parts.engine) as connection:
            table = rep_table(connection, question, parts.rules)
        words = {"metrics": METRICS, "trends": TRENDS, "trend_meanings": TREND_MEANINGS}
        return render_template("console/reps.html", table=table, columns=COLUMNS, link=_link, **words)


def _link(question: TableQuestion, **changed: Any) -> str:
    """The same question with some of it changed; a new sort, search or trend begins at the first page."""
    asked = {"search": question.search, "sort": question.sort, "trend": question.trend, "page": None, **changed}
    said = {name: value for name, value in asked.items() if value and value != {"sort": "name", "page": 1}.get(name)}
    return url_for("console.reps", **said)
