"""/console/reps/<rep>: the player card, progress first, and for who works here what repsync did about the rep."""

from flask import Blueprint, abort, render_template, request

from accounts.awards_page import awards_page
from accounts.cursors import InvalidCursor
from accounts.errors import UnknownRep
from accounts.rep_account import RepAccount, rep_account
from accounts.rep_board import sync_state_of
from accounts.rep_progress import RepProgress, rep_progress
from accounts.words import reason, what
from handlers.console.access import may, needs
from handlers.console.bars import metric_bar
from handlers.console.parts import ConsoleParts
from handlers.console.player_card import badges_to_come, findings, level_bar, medals, next_rank, rank_name
from handlers.console.rep_actions import done_action, rep_action_routes
from handlers.console.rep_words import METRIC_MEANINGS, METRIC_NAMES, step_words
from handlers.console.week_charts import SERIES, week_charts, week_rows
from ledger.engine import snapshot
from programs.progression.rules import Rules
from schemas.payloads import LONGEST_ID, storable

AWARDS = 20
WORDS = {
    "metrics": METRIC_NAMES,
    "metric_meanings": METRIC_MEANINGS,
    "what": what,
    "reason": reason,
    "step_words": step_words,
}


def rep_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET /console/reps/<rep>?awards=<cursor>, the workspace member's id; a rep sees its own. Sync and rebuild."""

    @console.get("/reps/<rep>")
    @needs("viewer", own=True)
    def rep(rep: str) -> str:
        return render_template("console/rep.html", **_looked(parts, rep))

    rep_action_routes(console, parts)


def _looked(parts: ConsoleParts, rep: str) -> dict[str, object]:
    """Errors: 404 for what is no member's id, and for a page of awards that nobody gave out."""
    if storable(rep) != rep or len(rep) > LONGEST_ID:
        abort(404)
    cursor, done = request.args.get("awards"), request.args.get("done", "")
    try:
        with snapshot(parts.engine) as connection:
            account = rep_account(connection, rep)
            progress = rep_progress(connection, account.rep, parts.rules, parts.now())
            awards = awards_page(connection, rep, AWARDS, cursor) if cursor else account.awards
            action = done_action(connection, rep, done) if may("ops") else None
    except (UnknownRep, InvalidCursor):
        abort(404)
    told = {"account": account, "progress": progress, "awards": awards, "paged": bool(cursor), "done": action}
    return told | _card(account, parts.rules) | _progress(progress, parts.rules) | WORDS


def _card(account: RepAccount, rules: Rules) -> dict[str, object]:
    standing = account.rep.standing
    shown: dict[str, object] = {"medals": medals(account), "sync": sync_state_of(account.rep)}
    if standing is None:
        return shown
    return shown | {
        "standing": standing,
        "rank_name": rank_name(standing["currentRank"], rules),
        "next_rank": next_rank(standing, rules),
        "to_come": badges_to_come(standing),
        "to_train": findings(standing, ("train",)),
        "strong": findings(standing, ("strength",)),
        "unknown": findings(standing, ("not_enough_data",)),
    }


def _progress(progress: RepProgress, rules: Rules) -> dict[str, object]:
    return {
        "level": level_bar(progress.level, rules) if progress.level else None,
        "bars": {name: metric_bar(found) for name, found in progress.metrics.items()},
        "charts": week_charts(progress.weeks, progress.metrics),
        "week_rows": week_rows(progress.weeks),
        "week_headings": [series.title for series in SERIES],
    }
