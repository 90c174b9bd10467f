"""What came of it all: nothing lost, nothing twice, every figure as the floor reckons."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from chaos.probe import Prober
from chaos.scene import ChaosScene
from ledger.engine import transaction
from ledger.tables import awards, deliveries
from runtime.demo.outcome import outcome
from runtime.demo.settling import WEBHOOKS
from runtime.demo.stage import Stage
from sandbox.floor import Performed


@dataclass(frozen=True, slots=True)
class Verdict:
    """`posted` and `accepted` count webhooks; `kept` all deliveries of the inbox, `swept` those that sweeps brought.

    `lost` are accepted ones that the inbox does not have, `doubled` award keys or rows that are there twice, and reps
    whose row says another XP than their awards; `off` is what `repsync audit --twenty` found.
    """

    posted: int
    accepted: int
    kept: int
    swept: int
    lost: int
    doubled: int
    as_expected: bool
    off: list[str]
    faults: Mapping[str, int]

    @property
    def holds(self) -> bool:
        """Whether nothing is lost, doubled or off."""
        return self.as_expected and not (self.lost or self.doubled or self.off)


def judge(stage: Stage, scene: ChaosScene, performed: Performed, prober: Prober) -> Verdict:
    """Looks at a stage that is quiet."""
    answers = Counter(stage.twenty.webhook_answers) + Counter(performed.posts)
    accepted = stage.twenty.webhooks_taken | prober.keys | scene.redhawk_ids
    seen = outcome(stage, dict(answers), scene.expected)
    kept, swept = _kept(stage, [*WEBHOOKS, "sweep"]), _kept(stage, ["sweep"])
    return Verdict(
        posted=answers.total() + len(prober.keys),
        accepted=len(accepted),
        kept=len(kept),
        swept=len(swept),
        lost=len(accepted - kept),
        doubled=_doubled(stage),
        as_expected=seen["asExpected"],
        off=_audited(stage),
        faults=_faults(stage),
    )


def _kept(stage: Stage, sources: Collection[str]) -> set[str]:
    with transaction(stage.engine) as connection:
        return set(connection.execute(select(deliveries.c.key).where(deliveries.c.source.in_(sources))).scalars())


def _doubled(stage: Stage) -> int:
    """Awards of one key, rows of one rep, XP that is not the awards'."""
    paid = select(awards.c.rep, func.sum(awards.c.amount)).group_by(awards.c.rep)
    keys = select(awards.c.fact_key).group_by(awards.c.fact_key, awards.c.reason).having(func.count() > 1)
    with transaction(stage.engine) as connection:
        xp_of = {rep: int(xp) for rep, xp in connection.execute(paid).tuples()}
        twice = len(connection.execute(keys).all())
    rows = [row for row in stage.twenty.rows("repProgressions") if row["deletedAt"] is None]
    a_rep = Counter(row["workspaceMemberId"] for row in rows)
    unlike = sum(int(row["totalXp"] or 0) != xp_of.get(str(row["workspaceMemberId"]), 0) for row in rows)
    return twice + sum(count - 1 for count in a_rep.values()) + unlike


def _audited(stage: Stage) -> list[str]:
    """What `repsync audit --twenty` finds off, in a process of its own."""
    command = [sys.executable, "-m", "runtime.cli", "audit", "--twenty", "--json"]
    environment = {**os.environ, **stage.environment}
    done = subprocess.run(  # noqa: S603 - our own command
        command, env=environment, capture_output=True, text=True, check=False
    )
    if not done.stdout:
        return [f"no answer: {done.stderr.strip()[-500:]}"]
    return [_told(proof) for proof in json.loads(done.stdout)["proofs"] if not proof["holds"]]


def _told(proof: Mapping[str, Any]) -> str:
    return f"{proof['name']}: {proof['off']} off, such as {proof['discrepancies'][:1]}"


def _faults(stage: Stage) -> dict[str, int]:
    return {kind: sum(struck.values()) for kind, struck in stage.twenty.faults.counts.items()}
