"""Whatever is done to a world, in whatever order: a kept checkpoint is, and leads to, what all facts come to."""

from collections import Counter
from collections.abc import Callable

import pytest
from floor import JANE
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test
from other_writers import change, gives
from test_stateful import Telling, numbers, reps
from world import World

from ledger.checkpoints import with_all_leads
from ledger.engine import rolled_back
from ledger.reps import load_reps
from programs.progression import checkpoints
from programs.progression.checkpoints import differences
from worker.outlook import beside_known_row
from worker.standing_reading import read_standing_and_place, standing_from_checkpoint

EXAMPLES = 12
LED = {"from a checkpoint": 0, "kept, and did not lead": 0}


class Going(Telling):
    """Like the other world, with more leads, and somebody else who writes the rows."""

    def __init__(self) -> None:
        super().__init__()
        self.given = Counter[str]()

    @initialize()
    def begin(self) -> None:
        """Hypothesis draws other steps where other modules are imported: each example begins with a checkpoint."""
        super().begin()
        self.calls_another_lead(number=0, rep=JANE)
        self.world.settled()
        self.lets_time_pass_and_sweeps(26.0)
        self.publishes()

    @rule(number=numbers, rep=reps)
    def calls_another_lead(self, number: int, rep: str) -> None:
        if len(self.leads) < 5:
            self.leads.append(self.world.person())
        self.notes[self.world.call("Call - CONTACT | 2:05 | Kim", rep, self.leads[number % len(self.leads)])] = (
            rep,
            "Call - CONTACT | 2:05 | Kim",
        )

    @rule(rep=reps, module=st.sampled_from(("module_0", "module_1")))
    def gives_a_module(self, rep: str, module: str) -> None:
        if rep in self._rows():
            change(self.world, rep, completedModules=[module])

    @rule(rep=reps, xp=st.sampled_from((1, 15, 100)))
    def gives_xp(self, rep: str, xp: int) -> None:
        if rep in self._rows():
            gives(self.world, xp, rep)
            self.given[rep] += xp

    def _awarded(self, rep: str) -> int:
        return super()._awarded(rep) + self.given[rep]

    @invariant()
    def checkpoints_lead_to_the_standing(self) -> None:
        if not hasattr(self, "world"):
            return
        parts = self.world.floor.parts
        with rolled_back(parts.engine) as connection:
            kept = {row[0] for row in connection.exec_driver_sql("SELECT rep FROM standing_checkpoints")}
            for rep in load_reps(connection, sorted(kept)).values():
                of = beside_known_row(connection, rep, parts)
                going_on = standing_from_checkpoint(connection, of)
                LED["from a checkpoint" if going_on else "kept, and did not lead"] += 1
                if going_on and of.inputs.checkpoint:
                    found = with_all_leads(connection, rep.id, of.inputs.checkpoint)
                    right, told = read_standing_and_place(connection, of, found.at)
                    assert going_on[0] == right
                    assert told
                    assert differences(found, told) == []


@pytest.mark.timeout(600)
def test_checkpoints_lead_to_the_standing_whatever_happens(
    open_world: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint at every chance; after each step it, and the standing from it, are those of the whole history."""
    monkeypatch.setattr(checkpoints, "MOMENTS_LEFT", 0)
    monkeypatch.setattr(checkpoints, "MOMENTS_PASSED", 1)
    run_state_machine_as_test(
        type("Going", (Going,), {"open_world": staticmethod(open_world)}),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert LED["from a checkpoint"] >= EXAMPLES
