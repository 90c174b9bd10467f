"""Records that say less than they should: whose they are, or how a call went."""

from collections.abc import Sequence

from ledger.title_queries import CallReadings, call_readings
from ledger.unattributed import load_unattributed
from onboarding.doctor.check import Finding, passed, warned
from onboarding.doctor.stores import LedgerSight
from programs.progression.dispositions import is_known
from programs.progression.rules import Rules
from programs.progression.unattributed import Unattributed, group_unattributed

_MOST_NAMED = 3


def unattributed(sight: LedgerSight, rules: Rules) -> list[Unattributed]:
    """The facts that are nobody's, by the name that their records give. Raises NotSeen."""
    with sight.reading() as connection:
        return group_unattributed(load_unattributed(connection), rules)


def judge_unmapped(groups: Sequence[Unattributed]) -> Finding:
    """Names of API keys, or RedHawk's ids, that stand for nobody: their facts wait."""
    if not groups:
        return passed("none")
    named = [_named(group) for group in groups[:_MOST_NAMED]]
    more = f" and {len(groups) - _MOST_NAMED} more names" if len(groups) > _MOST_NAMED else ""
    cure = "See `repsync reps unattributed`, and say whose they are: `repsync reps map`."
    return warned(f"facts of nobody: {', '.join(named)}{more}", cure)


def _named(group: Unattributed) -> str:
    name = "records without a name" if group.hint is None else f"“{group.hint}”"
    return f"{name} {sum(group.counts.values())} (up to {group.most_xp} XP)"


def check_titles(sight: LedgerSight) -> Finding:
    """Call notes whose outcome or duration is not understood."""
    with sight.reading() as connection:
        return judge_titles(call_readings(connection))


def judge_titles(readings: CallReadings) -> Finding:
    """An unknown disposition counts as a dial; an unknown duration pays no two minutes. The words are not shown."""
    unknown = [found for word, found in readings.by_disposition.items() if not is_known(word)]
    count, calls = sum(n for n, _ in unknown), sum(n for n, _ in readings.by_disposition.values())
    told = f"of {calls} calls {count} with an unknown disposition, {readings.unknown_durations} with an unread duration"
    if unknown:
        return warned(
            told, f"See one: `repsync explain --note {max(unknown)[1]}`. The dialer writes a word of its own."
        )
    if readings.unknown_durations:
        return warned(told, "The dialer writes 0:00, or no M:SS: such calls pay as calls under two minutes.")
    return passed(f"all {calls} calls are understood")
