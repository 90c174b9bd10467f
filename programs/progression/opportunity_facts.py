"""Facts of opportunities: the appointment, whether it was held, and the deal."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from programs.progression.attribution import NOBODY, attribute
from programs.progression.contents import OpportunityContent
from programs.progression.facts import OPPORTUNITY, Fact
from programs.progression.histories import EarlierState, State, earlier_states
from programs.progression.rules import Rules
from programs.progression.versions import Newest, Version, newest, newest_by_time


def opportunity_key(opportunity_id: str) -> str:
    """The key of an opportunity's fact."""
    return f"opportunity:{opportunity_id}"


def opportunity_fact(
    opportunity_id: str,
    versions: Sequence[Version[OpportunityContent]],
    reps_by_hint: Mapping[str, str],
    rules: Rules,
    reps_by_lead: Mapping[str, str] = NOBODY,
) -> Fact:
    """An opportunity's fact: stages over all versions seen, rep and lead of the newest.

    The rep: the owner, else the author, else the assigned rep of the point of contact, else the API key's alias.
    """
    now = newest(versions)
    content = now.content
    rep, rep_by = attribute(content.rep, content.contact, content.rep_hint, reps_by_lead, reps_by_hint)
    return Fact(
        key=opportunity_key(opportunity_id),
        kind=OPPORTUNITY,
        rep=rep,
        rep_by=rep_by,
        rep_hint=content.rep_hint,
        occurred_at=content.created_at,
        live=now.live,
        lead=content.contact or opportunity_id,
        lead_known=content.contact is not None,
        met_at=_first_at(versions, rules.stages.met),
        held_at=_first_at(versions, rules.stages.held),
        won_at=_first_at(versions, rules.stages.won),
        met_now=now.live,
        won_now=now.live and content.stage in rules.stages.won,
        subject=content.stage,
        earlier=_earlier(opportunity_id, versions, rules),
    )


def _earlier(
    opportunity_id: str, versions: Sequence[Version[OpportunityContent]], rules: Rules
) -> tuple[EarlierState, ...]:
    """Until it was first won nothing stands against the deal: climbing the stages makes no history."""
    if len(versions) == 1:
        return ()
    won_at = _first_at(versions, rules.stages.won)

    def state(at: datetime, now: Newest[OpportunityContent]) -> State:
        won = won_at is not None and (at < won_at or now.content.stage in rules.stages.won)
        lead = now.content.contact or opportunity_id
        return State(now.live, OPPORTUNITY, None, None, lead, met=now.live, won=now.live and won)

    return earlier_states([(at, state(at, now)) for at, now in newest_by_time(versions)])


def _first_at(versions: Sequence[Version[OpportunityContent]], stages: Collection[str]) -> datetime | None:
    return min((v.updated_at for v in versions if v.content.stage in stages), default=None)
