"""Facts that RedHawk tells: modules, exams, certifications, battles and mentorships."""

from collections.abc import Mapping, Sequence

from programs.progression.attribution import attribute_training
from programs.progression.contents import TrainingContent
from programs.progression.facts import BATTLE, MODULE, Fact
from programs.progression.rules import Rules
from programs.progression.versions import Version, newest


def training_fact(
    key: str,
    versions: Sequence[Version[TrainingContent]],
    reps_by_hint: Mapping[str, str],
    rules: Rules,
) -> Fact:
    """A training fact, of its newest telling; `reps_by_hint` maps RedHawk's short ids to workspace members.

    What any telling earned stays earned, as with calls: it does not depend on which came first.
    """
    now = newest(versions)
    content = now.content
    rep, rep_by = attribute_training(content.rep_hint, reps_by_hint)
    return Fact(
        key=key,
        kind=content.kind,
        rep=rep,
        rep_by=rep_by,
        rep_hint=content.rep_hint,
        occurred_at=now.updated_at,
        live=now.live,
        subject=content.subject,
        score=content.score,
        disposition=content.outcome,
        reasons=frozenset(v.content.kind for v in versions if _same(v.content, content) and _earns(v.content, rules)),
    )


def _same(one: TrainingContent, other: TrainingContent) -> bool:
    return (one.kind, one.subject) == (other.kind, other.subject)


def _earns(content: TrainingContent, rules: Rules) -> bool:
    if content.kind == MODULE:
        return passed_module(content, rules)
    return content.kind == BATTLE and content.outcome == "win"


def passed_module(content: TrainingContent, rules: Rules) -> bool:
    """Our own pass marks: RedHawk's `passed` is not trusted (it passes everything at 80 %)."""
    module = rules.modules.get(content.subject)
    return module is not None and content.score is not None and content.score >= module.pass_mark
