"""The commands of `repsync`: where each is defined, and what its help begins with."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Entry(NamedTuple):
    """The module that defines a command of its own name, and the first sentence of the command's help."""

    module: str
    summary: str


Section = Mapping[str, Entry]
# What runs until it is told to end, and says so in its log; the others are for a person or a script that waits.
PROCESSES = ("worker", "clock", "start", "sandbox", "demo")


def _commands(**entries: tuple[str, str]) -> Section:
    return MappingProxyType({name: Entry(f"runtime.commands.{where}", told) for name, (where, told) in entries.items()})


SECTIONS: Mapping[str, Section] = MappingProxyType(
    {
        "Try it": _commands(
            demo=("demo", "Starts everything on this machine and lets a made-up sales floor work."),
            sandbox=("sandbox", "Runs the sandbox Twenty alone, in memory."),
        ),
        "Set it up": _commands(
            setup=("setup", "Creates in Twenty what repsync needs: the object, its fields, the webhook."),
            backfill=("backfill", "Reads the whole history of Twenty into the ledger."),
            doctor=("doctor", "Checks that all works together."),
            users=("users", "Adds, lists, changes and removes users of the console."),
            tokens=("tokens", "Adds, lists and revokes tokens of the read API."),
            completion=("completion", "Prints the script that lets a shell complete commands, options and reps."),
        ),
        "Run it": _commands(
            start=("processes", "Runs receiver, workers and clock until Ctrl-C."),
            worker=("processes", "Runs a worker."),
            clock=("processes", "Runs the clock."),
        ),
        "Look": _commands(
            reps=("reps", "Lists, shows, maps and syncs members and reps."),
            explain=("explain", "Explains why a rep stands where it stands, or what became of a note."),
            audit=("audit", "Proves that nothing is lost and nothing counts twice."),
            rules=("rules", "Checks, shows and compares the rules: every number of the progression."),
        ),
        "Mend": _commands(
            deliveries=("deliveries", "Lists, shows, requeues and dismisses what came in."),
            jobs=("jobs", "Lists RQ's failed jobs and lets them run again."),
            sweep=("sweep", "Reads what changed in Twenty since the last sweep, now, and digests it."),
            prune=("prune", "Empties old deliveries now, as the clock does by and by."),
            forget=("forget", "Takes out what tells of a rep who left."),
            rebuild=("rebuild", "Recomputes facts, day totals and standings from the kept versions."),
        ),
    }
)
