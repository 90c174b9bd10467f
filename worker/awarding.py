"""Awarding: reps' unpaid facts become awards, as far as the watermark lets them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from ledger.awards import add_awards
from ledger.facts import load_unsettled, save_decisions
from ledger.members import load_members
from ledger.reps import Rep
from ledger.totals import add_to_totals
from programs.progression.awards import Terms
from programs.progression.day_totals import DayTotals, day_totals, difference
from programs.progression.facts import KeptFact
from programs.progression.rules import Rules
from programs.progression.settlement import Settlement, settle
from worker.time_zones import zones

Facts = Mapping[str, KeptFact]


def award_rep(connection: Connection, rep: Rep, watermark: datetime | None, rules: Rules) -> None:
    """Settles what can be settled for a locked rep; doing it again adds nothing."""
    award_reps(connection, [rep], watermark, rules, {})


def award_reps(
    connection: Connection, reps: Iterable[Rep], watermark: datetime | None, rules: Rules, known: Facts
) -> None:
    """The same for several, each by itself: what it asks and writes is asked and written of all at once.

    `known` are facts (by key) as they were saved just now. What waits beside them is settled when its rep is published.
    """
    by_id = {rep.id: rep for rep in reps}
    unsettled = load_unsettled(connection, by_id, timedelta(seconds=rules.twins.same_lead_s), watermark, known)
    settled = {
        rep: settle(facts.values(), watermark, Terms(rep, rules, by_id[rep].memory.adopted_at))
        for rep, facts in unsettled.items()
    }
    add_awards(connection, {rep: settlement.awards for rep, settlement in settled.items()}, rules.version)
    save_decisions(connection, [kept for settlement in settled.values() for kept in settlement.decided.values()])
    _recount_twins(connection, unsettled, settled, rules)


def _recount_twins(
    connection: Connection, before: Mapping[str, Facts], settled: Mapping[str, Settlement], rules: Rules
) -> None:
    """Twins that were found count as one call from now on."""
    paired = [rep for rep, settlement in settled.items() if _pairs(settlement.decided, before[rep])]
    if not paired:
        return
    members, changes = load_members(connection, paired), DayTotals()
    for rep in paired:
        zone = zones(members, [rep], rules.time_zone)
        # An appointment that was credited to this rep may be another rep's fact by now.
        own = {key: kept for key, kept in before[rep].items() if kept.fact.rep == rep}
        old, new = day_totals(own, zone, rules), day_totals({**own, **settled[rep].decided}, zone, rules)
        changes |= difference(old, new)
    add_to_totals(connection, changes)


def _pairs(decided: Facts, before: Facts) -> bool:
    return any(kept.twin_of != before[key].twin_of for key, kept in decided.items())
