"""Awarding: a rep's unpaid facts become awards, as far as the watermark lets them."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from ledger.awards import add_awards
from ledger.facts import load_unsettled, save_decisions
from ledger.reps import Rep, load_members
from ledger.totals import add_to_totals
from programs.progression.awards import Terms
from programs.progression.day_totals import day_totals, difference
from programs.progression.facts import KeptFact
from programs.progression.rules import Rules
from programs.progression.settlement import settle
from worker.time_zones import zones


def award_rep(connection: Connection, rep: Rep, watermark: datetime | None, rules: Rules) -> None:
    """Settles what can be settled for a locked rep; doing it again adds nothing."""
    unsettled = load_unsettled(connection, rep.id, timedelta(seconds=rules.twins.same_lead_s))
    if not unsettled:
        return
    settlement = settle(unsettled, watermark, Terms(rep.id, rules, rep.memory.adopted_at))
    add_awards(connection, rep.id, settlement.awards, rules.version)
    save_decisions(connection, settlement.decided.values())
    _recount_twins(connection, rep.id, {kept.fact.key: kept for kept in unsettled}, dict(settlement.decided), rules)


def _recount_twins(
    connection: Connection, rep: str, before: dict[str, KeptFact], decided: dict[str, KeptFact], rules: Rules
) -> None:
    """Twins that were found count as one call from now on."""
    if not any(kept.twin_of != before[key].twin_of for key, kept in decided.items()):
        return
    zone = zones(load_members(connection, [rep]), [rep], rules.time_zone)
    # An appointment that was credited to this rep may be another rep's fact by now.
    own = {key: kept for key, kept in before.items() if kept.fact.rep == rep}
    old, new = day_totals(own, zone, rules), day_totals(own | decided, zone, rules)
    add_to_totals(connection, difference(old, new))
