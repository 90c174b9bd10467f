"""Putting deliveries back into line, or setting them aside for good: shown first, then done, then watched."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.delivery_list import count_matching
from accounts.put_off import PutOff
from accounts.requeue_preview import why_not
from accounts.requeue_progress import requeue_progress
from handlers.console.access import needs, signed_in
from handlers.console.deliveries import listed
from handlers.console.delivery_filters import BadFilter, asked_filter, query_of
from handlers.console.id_ranges import as_ranges, ids_in
from handlers.console.parts import ConsoleParts
from ledger.account_queries import count_pending
from ledger.delivery_filter import DeliveryFilter, matching_ids
from ledger.engine import ledger_time, snapshot
from ledger.inbox import UNATTRIBUTED
from ledger.set_aside import DISMISSIBLE, states_of

MOST_CHOSEN = 200
MOST_TOLD = 5
NONE_CHOSEN = "Nothing was chosen: tick deliveries, or take all that match."
NO_REASON = "Nothing was changed: say why they are dismissed."
Chosen = Collection[int] | DeliveryFilter


def requeueing_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """Preview, requeue, dismiss, rows tried again, and what became of it."""

    @console.post("/deliveries/preview")
    @needs("ops")
    def preview_requeue() -> ResponseReturnValue:
        chosen = _chosen(parts)
        if not chosen:
            return listed(parts, DeliveryFilter(), NONE_CHOSEN), 400
        try:
            preview = parts.work.preview_requeue(chosen)
        except PutOff as put_off:
            return listed(parts, DeliveryFilter(), f"Nothing was changed: {put_off}."), 503
        nobodys = sum(each.reason == UNATTRIBUTED for each in preview.foreseen if each.effect == "parked")
        return render_template("console/requeue_preview.html", preview=preview, kept=_kept(chosen), nobodys=nobodys)

    @console.post("/deliveries/requeue")
    @needs("ops")
    def requeue() -> ResponseReturnValue:
        chosen = _chosen(parts)
        ids, since = _ids(parts, chosen), _time(parts)
        count = parts.work.requeue(chosen, signed_in().name)
        if not count and (refused := _pruned(parts, ids)):
            return listed(parts, DeliveryFilter(), refused), 409
        watched = url_for(".requeued", ids=as_ranges(ids), since=since.isoformat(), count=count)
        return redirect(watched, 303)

    @console.post("/deliveries/dismissal")
    @needs("ops")
    def ask_dismissal() -> ResponseReturnValue:
        return _dismissal(parts, _chosen(parts))

    @console.post("/deliveries/dismiss")
    @needs("ops")
    def dismiss() -> ResponseReturnValue:
        chosen, reason = _chosen(parts), request.form.get("because", "").strip()
        if not reason:
            return _dismissal(parts, chosen, NO_REASON), 400
        parts.work.dismiss(chosen, signed_in().name, reason)
        return redirect(url_for(".deliveries", state="dismissed"), 303)

    @console.post("/rows/retry")
    @needs("ops")
    def retry_rows() -> ResponseReturnValue:
        reps, since = request.form.getlist("rep")[:MOST_CHOSEN], _time(parts)
        parts.work.retry_rows(reps, signed_in().name)
        return redirect(url_for(".requeued", reps=reps, since=since.isoformat()), 303)

    @console.get("/deliveries/requeued")
    @needs("viewer")
    def requeued() -> ResponseReturnValue:
        ids, since_at = _watched()
        with snapshot(parts.engine) as connection:
            progress = requeue_progress(connection, ids, since_at, request.args.getlist("reps")[:MOST_CHOSEN])
            pending = count_pending(connection)
        count = request.args.get("count", len(ids), type=int)
        return render_template("console/requeue_progress.html", progress=progress, count=count, pending=pending)


def _watched() -> tuple[list[int], datetime]:
    """The ids in the address, and since when (aware); 404 for an address that no page leads to."""
    try:
        ids, since_at = ids_in(request.args.get("ids", "")), datetime.fromisoformat(request.args.get("since", ""))
    except ValueError:
        abort(404)
    if since_at.tzinfo is None:
        abort(404)
    return ids, since_at


def _chosen(parts: ConsoleParts) -> Chosen:
    """The deliveries that are ticked, or all that match: those that came until now."""
    if request.form.get("scope") != "all":
        return [int(each) for each in request.form.getlist("id")[:MOST_CHOSEN] if each.isascii() and each.isdigit()]
    try:
        wanted = asked_filter(request.form)
    except BadFilter:
        abort(400)
    return replace(wanted, state=wanted.state or "parked", until=wanted.until or _time(parts))


def _time(parts: ConsoleParts) -> datetime:
    with snapshot(parts.engine) as connection:
        return ledger_time(connection)


def _kept(chosen: Chosen) -> list[tuple[str, str]]:
    """What the next form says, so that it chooses the same."""
    if isinstance(chosen, DeliveryFilter):
        return [("scope", "all"), *query_of(chosen).items()]
    return [("scope", "selected"), *(("id", str(each)) for each in chosen)]


def _ids(parts: ConsoleParts, chosen: Chosen) -> Collection[int]:
    if not isinstance(chosen, DeliveryFilter):
        return chosen
    with snapshot(parts.engine) as connection:
        return matching_ids(connection, chosen)


def _pruned(parts: ConsoleParts, ids: Collection[int]) -> str | None:
    """Those of them of which nothing is left, in a sentence."""
    with snapshot(parts.engine) as connection:
        told = [f"delivery {each.id}: {why_not(each)}" for each in states_of(connection, ids) if each.pruned]
    more = f", and {len(told) - MOST_TOLD:,} more" if len(told) > MOST_TOLD else ""
    return f"Nothing was requeued: {'; '.join(told[:MOST_TOLD])}{more}." if told else None


def _dismissal(parts: ConsoleParts, chosen: Chosen, problem: str | None = None) -> str:
    with snapshot(parts.engine) as connection:
        if isinstance(chosen, DeliveryFilter):
            count = count_matching(connection, chosen) if chosen.state in DISMISSIBLE else 0
        else:
            count = sum(each.state in DISMISSIBLE for each in states_of(connection, chosen))
    return render_template("console/dismissal.html", count=count, kept=_kept(chosen), problem=problem)
