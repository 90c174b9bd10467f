"""Records with histories, as hypothesis makes them, and small rules that a handful of records can move."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hypothesis import strategies as st
from progression_factories import NO_MAP, RULES, at, note_content, stage, version
from progression_grants import DROP, MEETING

from programs.progression.badge_rules import Badge, BadgeRules, Tier
from programs.progression.contents import NoteContent, NoteTargetContent, OpportunityContent
from programs.progression.facts import KeptFact
from programs.progression.note_facts import note_fact
from programs.progression.opportunity_facts import opportunity_fact
from programs.progression.rank_gates import Gate, Rank
from programs.progression.versions import Version

V1 = "Call - NO_ANSWER | 0:40 | Jane"
V2 = "Call - no_answer"
HOUR_S = 3_600


def tiers(badge: str, metric: str, *found: Tier) -> Badge:
    return Badge(badge, metric, found)


# The shipped rules with numbers that a handful of records can reach.
TINY = replace(
    RULES,
    ranks=(
        Rank("E-1", "one", 0, ()),
        Rank("E-2", "two", 0, (Gate("dials", at_least=3),)),
        Rank("E-3", "three", 0, (Gate("badges", at_least=2), Gate("appointments", at_least=1))),
        Rank("E-4", "four", 0, (Gate("sub_thirty_drop", below_percent=50), Gate("deals", at_least=1))),
        Rank("E-5", "five", 0, (Gate("call_to_appointment", above_percent=30),)),
    ),
    badges=BadgeRules(
        (
            tiers("drops", "sub_thirty_drop", Tier("drops.bronze", below_percent=50, days=2)),
            tiers("sets", "call_to_appointment", Tier("sets.bronze", at_least_percent=40, days=2)),
            tiers("talks", "two_plus_minutes", Tier("talks.bronze", at_least_percent=60, days=1)),
            tiers("shows", "show", Tier("shows.bronze", at_least_percent=70, appointments=2)),
            tiers("dense", "appointments_in_dials", Tier("dense.bronze", appointments=2, dials=3, days=2)),
            tiers("many", "appointments", Tier("many.bronze", at_least=2), Tier("many.silver", at_least=3)),
            tiers("closes", "deals", Tier("closes", at_least=2)),
            tiers("streak", "streak_days", Tier("streak.bronze", at_least=3)),
            tiers("early", "early_calls", Tier("early.bronze", at_least=2)),
        ),
        rate_calls=2,
        early_before_hour=9,
        no_source=("nothing",),
    ),
)


@dataclass(frozen=True)
class Record:
    """All versions that a record ever had; a note may be the twin of another."""

    id: str
    versions: tuple[Version[NoteContent], ...] | tuple[Version[OpportunityContent], ...]
    targets: tuple[tuple[Version[NoteTargetContent], ...], ...] = ()
    twin_of: str | None = None


def facts_known_at(records: Sequence[Record], watermark: datetime) -> list[KeptFact]:
    """The facts of the versions written up to then, without those written later."""
    found = [fact for record in records if (fact := _fact(record, watermark))]
    return [replace(kept, unpaid=False) for kept in found]


def _fact(record: Record, watermark: datetime) -> KeptFact | None:
    versions = [each for each in record.versions if each.at <= watermark]
    if not versions:
        return None
    if isinstance(versions[0].content, OpportunityContent):
        return KeptFact(opportunity_fact(record.id, versions, NO_MAP, TINY))  # type: ignore[arg-type]
    targets = [known for target in record.targets if (known := [each for each in target if each.at <= watermark])]
    fact = note_fact(record.id, versions, targets, NO_MAP, TINY)  # type: ignore[arg-type]
    return KeptFact(fact, twin_of=record.twin_of and f"note:{record.twin_of}")


HOURS = st.integers(0, 24 * 5)


@st.composite
def contents(draw: st.DrawFn, words: st.SearchStrategy[str], fates: int = 8) -> list[tuple[float, str, int]]:
    """(seconds, word, fate) of each version, from its making on; fate 0 is deleted, 1 destroyed."""
    hours = sorted(draw(st.lists(HOURS, min_size=1, max_size=4, unique=True)))
    return [(hour * HOUR_S, draw(words), draw(st.integers(0, fates)) if n else fates) for n, hour in enumerate(hours)]


TITLES = st.sampled_from([DROP, V1, "Call - CONTACT | 3:00 | Jane", MEETING, MEETING, "Roofs"])


@st.composite
def notes(draw: st.DrawFn, note_id: str, words: st.SearchStrategy[str] = TITLES, twin_of: str | None = None) -> Record:
    found = draw(contents(words))
    versions: list[Version[NoteContent]] = []
    for s, title, fate in found:
        content = note_content(title, created_s=found[0][0])
        if fate == 1:
            last = versions[-1]
            versions.append(replace(last, destroyed_at=at(s), content_hash=last.content_hash))
        else:
            versions.append(version(content, s, deleted=fate == 0))
    return Record(note_id, tuple(versions), tuple(draw(targets(note_id, found[0][0]))), twin_of)


@st.composite
def targets(draw: st.DrawFn, note_id: str, made_s: float) -> list[tuple[Version[NoteTargetContent], ...]]:
    """A target from the note's beginning, and perhaps another later."""
    people = st.sampled_from(["jane", "kim"])
    first = version(NoteTargetContent("t2", note_id, draw(people)), made_s)
    later = version(NoteTargetContent(draw(st.sampled_from(["t1", "t3"])), note_id, draw(people)), made_s + 90 * 60)
    return draw(st.sampled_from([[(first,)], [(first,), (later,)]]))


@st.composite
def deals(draw: st.DrawFn, deal_id: str) -> Record:
    found = draw(contents(st.sampled_from(["NEW", "MEETING", "PROPOSAL", "CUSTOMER", "CUSTOMER"])))
    versions = []
    for s, name, fate in found:
        lead = draw(st.sampled_from(["jane", "kim", "lee", deal_id]))
        content = replace(stage(name, s, lead=lead), created_at=at(found[0][0]))
        versions.append(version(content, s, deleted=fate == 0))
    return Record(deal_id, tuple(versions))


@st.composite
def records(draw: st.DrawFn) -> list[Record]:
    found = [draw(notes(f"n{n}")) for n in range(draw(st.integers(0, 6)))]
    for n in range(draw(st.integers(0, min(2, len(found))))):
        found.append(draw(notes(f"t{n}", st.just(V2), twin_of=f"n{n}")))
    return [*found, *(draw(deals(f"o{n}")) for n in range(draw(st.integers(0, 4))))]
