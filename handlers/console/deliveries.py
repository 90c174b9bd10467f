"""/console/deliveries: what came and what became of it; /console/deliveries/<id>: one of them whole."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from accounts.cursors import InvalidCursor
from accounts.delivery_account import delivery_account, delivery_text
from accounts.delivery_list import delivery_page, parked_reasons
from accounts.errors import UnknownDelivery
from accounts.words import pruned_on
from handlers.console.access import needs, signed_in
from handlers.console.delivery_filters import SOURCES, STATES, BadFilter, asked_filter, query_of
from handlers.console.members import member_choices, member_label, member_meant
from handlers.console.parts import ConsoleParts
from handlers.console.raw_texts import readable
from handlers.console.reading_words import timed, told_content
from ledger.delivery_filter import DeliveryFilter, delivery_groups
from ledger.delivery_totals import delivery_totals_now
from ledger.engine import snapshot, transaction
from ledger.refused_rows import refused_rows
from ledger.set_aside import DISMISSIBLE, REQUEUABLE

ON_A_PAGE = 50
MOST_REASONS = 12


def deliveries_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """The list, one delivery, and its text for who asks for it."""

    @console.get("/deliveries")
    @needs("viewer")
    def deliveries() -> ResponseReturnValue:
        try:
            return listed(parts, _of_whom(parts, asked_filter(request.args)))
        except BadFilter as bad:
            return listed(parts, DeliveryFilter(), str(bad)), 400

    @console.get("/deliveries/<int(max=9223372036854775807):delivery>")
    @needs("viewer")
    def delivery(delivery: int) -> ResponseReturnValue:
        return _whole(parts, delivery)

    @console.post("/deliveries/<int(max=9223372036854775807):delivery>/text")
    @needs("ops")
    def delivery_as_it_came(delivery: int) -> ResponseReturnValue:
        try:
            with transaction(parts.engine) as connection:
                raw = delivery_text(connection, delivery, signed_in().name)
        except UnknownDelivery:
            abort(404)
        return _whole(parts, delivery, readable(raw))


def _of_whom(parts: ConsoleParts, wanted: DeliveryFilter) -> DeliveryFilter:
    """The rep may be named as a person types it; who is nobody's name stays as it is, and nothing matches."""
    if wanted.rep is None:
        return wanted
    with snapshot(parts.engine) as connection:
        return replace(wanted, rep=member_meant(connection, wanted.rep) or wanted.rep)


def listed(parts: ConsoleParts, wanted: DeliveryFilter, problem: str | None = None) -> str:
    """The page of those that match; `problem` says what went wrong before."""
    with snapshot(parts.engine) as connection:
        try:
            page = delivery_page(connection, wanted, ON_A_PAGE, request.args.get("cursor"))
        except InvalidCursor:
            page, problem = delivery_page(connection, wanted, ON_A_PAGE), "This page is gone: here are the newest."
        return render_template(
            "console/deliveries.html",
            page=page,
            wanted=wanted,
            query=query_of(wanted),
            problem=problem,
            states=_counted(connection),
            reasons=list(parked_reasons(connection).items())[:MOST_REASONS],
            rows=refused_rows(connection),
            members=member_choices(connection),
            rep=member_label(connection, wanted.rep) if wanted.rep else None,
            options={"state": STATES, "source": SOURCES, "object": _objects(connection, wanted)},
        )


def _objects(connection: Connection, wanted: DeliveryFilter) -> list[str]:
    """Those of which something came, and the one that is asked for."""
    came = {group.object for group in delivery_groups(connection, DeliveryFilter())}
    return sorted(filter(None, came | {wanted.object or ""}))


def _counted(connection: Connection) -> Mapping[str, int]:
    """All deliveries by state, whatever is asked for."""
    counted: Counter[str] = Counter(dict.fromkeys(STATES, 0))
    for (_, state), number in delivery_totals_now(connection).standing().items():
        counted[state.partition(":")[0]] += number
    return counted


def _whole(parts: ConsoleParts, delivery: int, text: str | None = None) -> str:
    try:
        with snapshot(parts.engine) as connection:
            account = delivery_account(connection, delivery)
    except UnknownDelivery:
        abort(404)
    state = account.delivery.listed.state
    return render_template(
        "console/delivery.html",
        account=account,
        text=text,
        steps=list(timed(account.steps)),
        content=list(told_content(account.version.content)) if account.version else [],
        requeuable=state in REQUEUABLE and account.delivery.size > 0,
        gone=pruned_on(account.delivery.pruned_at) if account.delivery.size == 0 else None,
        dismissible=state in DISMISSIBLE,
    )
