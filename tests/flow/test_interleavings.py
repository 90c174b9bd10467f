"""The same things that happened end the same, whatever is delivered, digested, published and swept in between."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_rules import small_rules
from world import MONDAY, World

TITLES = (
    "Call - CONTACT | 2:05 | Kim",
    "Call - NO_ANSWER | 0:10 | Kim",
    "Call - APPOINTMENT | 3:00 | Kim",
    "Call - VOICEMAIL | 0:35 | Kim",
    "Call - no_answer",
    "Lunch with Kim",
)
STAGES = ("NEW", "MEETING", "PROPOSAL", "CUSTOMER")
KINDS = ("call", "call", "edit", "delete", "restore", "destroy", "deal", "move", "move", "delete deal", "restore deal")
Deed = tuple[str, int, int]
DEEDS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.integers(0, 5)), min_size=4, max_size=16)
JOBS = ("deliver one", "deliver any twice", "digest one", "digest", "publish", "sweep")
MINUTE_S = 60


@dataclass
class Story:
    """What happened, told to a world deed by deed; a deed on a record that is not there is nothing."""

    world: World
    leads: list[str] = field(default_factory=list)
    notes: dict[str, bool] = field(default_factory=dict)
    deals: dict[str, bool] = field(default_factory=dict)

    def begin(self) -> None:
        self.world.use(small_rules())
        self.leads = [self.world.person() for _ in range(2)]

    def tell(self, deed: Deed, number: int) -> None:
        """Deeds are minutes apart, so that a sweep between two sees all before it."""
        kind, one, other = deed
        self.world.passes(seconds=(MONDAY.timestamp() + number * MINUTE_S) - self.world.now().timestamp())
        if kind == "call":
            self.notes[self.world.call(TITLES[one], lead=self.leads[other % 2])] = True
        elif kind == "deal":
            self.deals[self.world.deal(STAGES[one % 4], lead=self.leads[other % 2])] = True
        else:
            self._change(kind, one, other)

    def _change(self, kind: str, one: int, other: int) -> None:
        of_deals = kind == "move" or kind.endswith("deal")
        plural, records = ("opportunities", self.deals) if of_deals else ("notes", self.notes)
        wants_live = not kind.startswith("restore")
        candidates = [record for record, live in records.items() if live is wants_live]
        if not candidates:
            return
        record = candidates[one % len(candidates)]
        verb = kind.split(maxsplit=1)[0]
        if verb == "edit":
            self.world.edit(record, TITLES[other])
        elif verb == "move":
            self.world.move(record, STAGES[other % 4])
        elif verb == "destroy":
            self.world.destroy(plural, record)
            del records[record]
        else:
            getattr(self.world, verb)(plural, record)
            records[record] = verb == "restore"


def _do(world: World, job: str, dice: Callable[[int], int]) -> None:
    """One thing that repsync may do at any time.

    Before a sweep all mail comes: what Twenty forgot and nobody told before somebody looked can't be known.
    """
    world.collect()
    if job == "deliver one" and world.mail:
        world.deliver(dice(len(world.mail)))
    elif job == "deliver any twice" and world.mail:
        world.deliver(dice(len(world.mail)), times=2)
    elif job == "digest one":
        world.floor.digest(1)
    elif job == "digest":
        world.floor.digest()
    elif job == "publish":
        world.floor.publish()
    elif job == "sweep":
        while world.mail:
            world.deliver(dice(len(world.mail)))
        world.passes(seconds=20)
        world.floor.sweep()


def _end(world: World) -> str:
    world.settled()
    return world.floor.settled_to_the_byte()


@settings(
    max_examples=12,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_the_end_does_not_depend_on_what_is_done_in_between(
    open_world: Callable[[], World], data: st.DataObject
) -> None:
    """Calls, edits, deletes, deals and reopenings: told in order and looked at once, or in any order, twice, with
    digests, publishes and sweeps at any moment, the rows, standings, awards, ranks and badges are the same."""
    deeds = data.draw(DEEDS)
    plain, busy = Story(open_world()), Story(open_world())
    for story in (plain, busy):
        story.begin()
    for number, deed in enumerate(deeds, start=1):
        plain.tell(deed, number)
        busy.tell(deed, number)
        for job in data.draw(st.lists(st.sampled_from(JOBS), max_size=3)):
            _do(busy.world, job, lambda size: data.draw(st.integers(0, size - 1)))
    for story in (plain, busy):
        story.world.passes(seconds=MONDAY.timestamp() + 3600 - story.world.now().timestamp())
    assert _end(busy.world) == _end(plain.world)
