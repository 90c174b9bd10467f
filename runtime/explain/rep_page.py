"""A rep's page: "Why am I not E-4?"."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType

from accounts.rep_account import Freshness, Grant, RepAccount
from accounts.words import GATES, shown, what
from ledger.account_queries import Write
from runtime.explain.tables import awards_table, heading, lines, rows
from runtime.explain.words import moment, plain

LAST_AWARDS = 10
LAST_WRITES = 5
_KINDS: Mapping[str, str] = {"train": "Train", "strength": "Strong", "not_enough_data": "Not enough data"}


def rep_page(account: RepAccount) -> RenderableType:
    """The answer first: rank, next rank and its gates; then what it rests on."""
    return Group(*_parts(account))


def _parts(account: RepAccount) -> Iterator[RenderableType]:
    yield from where(account)
    if account.rep.standing is not None:
        yield from _gates(account.rep.standing)
        yield from _diagnosis(account.rep.standing)
        yield from _badges(account)
    yield from _rank_steps(account.rank_steps)
    yield from _awards(account)
    yield from _waiting(account)
    yield from _writes(account.writes)


def where(account: RepAccount) -> Iterator[RenderableType]:
    """Who it is, rank, XP, and how current that is."""
    rep, xp, standing = account.rep, account.xp, account.rep.standing
    names = ", ".join(f"{alias.alias} ({alias.source})" for alias in account.aliases)
    yield plain(f"{rep.name or 'Without a name'} ({rep.id})" + (f", also {names}" if names else ""), "bold")
    if standing is None:
        yield plain("No standing was computed yet: no work has come in, or it was not published so far.")
    else:
        rank = standing["currentRank"]
        elsewhere = " (given in Twenty)" if standing["eligibility"].get("grantedElsewhere") else ""
        yield plain(f"Rank {rank}{elsewhere}, level {standing['currentLevel']}, streak {days(standing['streakDays'])}.")
    yield plain(f"{xp.total:,} XP: {xp.ours:,} ours, {xp.foreign:,} by others.{_gap(xp.gap)}")
    if xp.adopted_at:
        yield plain(f"repsync took over the row at {moment(xp.adopted_at)}: what happened before pays nothing again.")
    yield plain(_freshness(account.freshness, sum(account.waiting.values())))


def _gap(gap: int) -> str:
    return f" No award explains {gap:,} of ours yet." if gap else ""


def _freshness(now: Freshness, waiting: int) -> str:
    told = f"Computed {moment(now.published_at)} UTC, all seen up to {moment(now.watermark_at)}."
    if now.refused:
        return f"{told} Twenty refused the last write: {now.refused}"
    if now.up_to_date:
        return f"{told} {_up_to_date(waiting)}"
    since = f" A change waits since {moment(now.dirty_since_at)}." if now.dirty_since_at else ""
    return f"{told} Not up to date.{since} {now.pending_deliveries} deliveries wait to be read."


def _up_to_date(waiting: int) -> str:
    if not waiting:
        return "Up to date."
    facts = (
        "1 fact waits until a sweep has looked past it"
        if waiting == 1
        else (f"{waiting} facts wait until a sweep has looked past them")
    )
    return f"Up to date; {facts}."


def _gates(standing: Mapping[str, Any]) -> Iterator[RenderableType]:
    following = standing["eligibility"]["next"]
    if following is None:
        yield heading("There is no higher rank.")
        return
    wanted, every = standing["eligibility"]["gates"], standing.get("gates", [])
    ladder = list(dict.fromkeys(gate["rank"] for gate in (*every, *wanted)))
    unmet = sum(not gate["met"] for gate in wanted)
    verdict = (
        f"{unmet} of {len(wanted)} gates are not met" if unmet else "every gate is met, it comes with the watermark"
    )
    yield heading(f"Why not {following}? {verdict[0].upper()}{verdict[1:]}.")
    yield _gates_table(wanted, ladder)
    above = ladder[ladder.index(following) + 1 :] if following in ladder else []
    if above:
        yield heading("What the ranks above need")
        yield _gates_table([gate for gate in every if gate["rank"] in above], ladder)


def _gates_table(gates: Sequence[Mapping[str, Any]], ladder: Sequence[str]) -> RenderableType:
    """By rank as on the ladder, what is not met first."""
    ordered = sorted(gates, key=lambda gate: (ladder.index(gate["rank"]), gate["met"]))
    return rows(("Rank", "Met", "Gate", "Have", "Need", "Reason"), map(_gate, ordered))


def _gate(gate: Mapping[str, Any]) -> tuple[str, ...]:
    name = GATES.get(gate["gate"], gate["gate"])
    return gate["rank"], "yes" if gate["met"] else "NO", name, shown(gate["have"]), shown(gate["need"]), gate["reason"]


def _diagnosis(standing: Mapping[str, Any]) -> Iterator[RenderableType]:
    findings = standing.get("diagnosis") or []
    if findings:
        yield heading("What the figures say")
        yield lines(f"{_KINDS.get(found['kind'], found['kind'])}: {_named(found)}" for found in findings)


def _named(found: Mapping[str, Any]) -> str:
    """The sentence names the numbers."""
    return f"{found['subject'].replace('_', ' ')}. {found['why']}"


def _badges(account: RepAccount) -> Iterator[RenderableType]:
    told = (account.rep.standing or {}).get("badges") or {}
    by_fact = {grant.granted.name: grant for grant in account.badges}
    earned = [badge for badge in told.get("earned", []) if badge not in by_fact]
    if by_fact or earned:
        yield heading("Badges")
        yield lines(
            [*(_tipped(grant) for grant in by_fact.values()), *(f"{badge}: in Twenty's row" for badge in earned)]
        )
    if told.get("next"):
        yield heading("Badges that come next")
        yield rows(("Badge", "Have", "Need", "Reason"), map(_next_badge, told["next"]))


def _next_badge(badge: Mapping[str, Any]) -> tuple[str, ...]:
    name = f"{badge['badge']} {badge['tier'] or ''}".strip()
    return name, shown(badge["have"]), shown(badge["need"]), badge["reason"]


def _tipped(grant: Grant) -> str:
    by = f"{what(grant.fact.fact)}, {grant.granted.fact_key}" if grant.fact else grant.granted.fact_key
    return f"{grant.granted.name} at {moment(grant.granted.reached_at)} by {by}"


def _rank_steps(steps: Sequence[Grant]) -> Iterator[RenderableType]:
    if steps:
        yield heading("Promotions, and what tipped them")
        yield lines(map(_tipped, steps))


def _awards(account: RepAccount) -> Iterator[RenderableType]:
    last = account.awards.awards[:LAST_AWARDS]
    if last:
        yield heading(f"The last {len(last)} awards")
        yield awards_table(last)


def _waiting(account: RepAccount) -> Iterator[RenderableType]:
    if account.waiting:
        counts = ", ".join(f"{count} × {kind}" for kind, count in sorted(account.waiting.items()))
        yield heading(f"Waits to be settled, for the watermark: {counts}.")


def _writes(writes: Sequence[Write]) -> Iterator[RenderableType]:
    if writes:
        yield heading("The last writes to Twenty")
        yield rows(
            ("When (UTC)", "No.", "Fields"),
            (
                (moment(w.written_at), str(w.sequence), ", ".join(map(_field, w.fields.items())))
                for w in writes[:LAST_WRITES]
            ),
        )


def _field(written: tuple[str, object]) -> str:
    """Short values are shown, JSON is only named."""
    name, value = written
    return f"{name} {value}" if isinstance(value, int | float) else name


def days(count: int) -> str:
    """`1 day`, `2 days`."""
    return f"{count} day" if count == 1 else f"{count} days"
