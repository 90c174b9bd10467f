"""Facts of opportunities: the appointment, whether it was held, and the deal."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from programs.progression.attribution import NOBODY, attribute
from programs.progression.contents import OpportunityContent
from programs.progression.facts import OPPORTUNITY, Fact
from programs.progression.rules import Rules
from programs.progression.versions import Version, newest


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
    )


def _first_at(versions: Sequence[Version[OpportunityContent]], stages: Collection[str]) -> datetime | None:
    return min((v.updated_at for v in versions if v.content.stage in stages), default=None)
