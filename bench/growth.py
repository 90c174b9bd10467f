"""Growth: what one more note, a standing, a console page and a sweep cost as the ledger grows."""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import text

from bench.costs import BOARD, costs_of
from bench.figures import Figure, told
from bench.grown import Grown, Size, filling, grown
from bench.visits import PAGE, Cost
from handlers.console.members import SUGGESTED
from handlers.console.rep_table import PAGE as REPS_ON_A_PAGE
from ledger.engine import transaction
from sandbox.embedded.servers import EmbeddedServers
from worker.proofs.prove import prove_ledger

FULL = (Size(10_000, 10), Size(100_000, 500), Size(1_000_000, 5_000))
QUICK = (Size(2_000, 10), Size(20_000, 100))
# The ledger that is proved: looking through a million facts takes minutes, and all copies are made alike.
PROVED_UP_TO = 10_000
ROUNDS, QUICK_ROUNDS, WARM_UP = 15, 3, 2
MOST_GROWTH, MOST_PAGE_MS = 1.2, 100.0
PAGES_AT_REPS = 500
# How many reps fill the page that lists them, and the list of those who may be chosen in a form.
LISTED = {
    **dict.fromkeys((f"{PAGE}reps", f"{PAGE}reps, searched and sorted"), REPS_ON_A_PAGE),
    **dict.fromkeys((f"{PAGE}unattributed", f"{PAGE}users"), SUGGESTED),
}
Medians = Mapping[str, Sequence[float]]


def measure(quick: bool) -> Sequence[Figure]:
    """All ledgers are there at once and are measured in turn, so that what disturbs one disturbs all."""
    sizes = QUICK if quick else FULL
    with _servers() as servers, ExitStack() as left:
        with filling(servers):
            ledgers = [left.enter_context(grown(servers, size)) for size in sizes]
        off = sum(_off(ledger) for ledger in ledgers if ledger.size.facts <= PROVED_UP_TO)
        stored = _bytes_a_fact(ledgers[-1])
        medians = _measured(ledgers, QUICK_ROUNDS if quick else ROUNDS)
    return [
        Figure("repsync audit of the smallest ledger, off", off, "", "0", None, "0", off == 0),
        told("stored for each fact, indexes and its version too", stored, "bytes"),
        *_growth(medians, sizes),
        *_pages(medians, sizes),
    ]


@contextmanager
def _servers() -> Iterator[EmbeddedServers]:
    folder = Path(tempfile.mkdtemp(prefix="repsync-bench-"))
    try:
        with EmbeddedServers(folder) as servers:
            yield servers
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _off(ledger: Grown) -> int:
    return sum(proof.off for proof in prove_ledger(ledger.parts))


def _bytes_a_fact(ledger: Grown) -> float:
    """Of a whole database; deliveries of the newest 100,000 facts are among it."""
    with transaction(ledger.parts.engine) as connection:
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    return int(size) / ledger.size.facts


def _measured(ledgers: Sequence[Grown], rounds: int) -> Medians:
    """Milliseconds by cost, one number a ledger: the median of rounds, without the first two.

    Now the smallest ledger is first and now the largest, so that none always follows the same one.
    """
    costs: list[Mapping[str, Cost]] = [costs_of(ledger) for ledger in ledgers]
    found: dict[str, list[list[float]]] = defaultdict(lambda: [[] for _ in ledgers])
    for number in range(WARM_UP + rounds):
        in_turn = list(enumerate(costs))[:: -1 if number % 2 else 1]
        for name in costs[0]:
            for at, of_one in in_turn:
                found[name][at].append(of_one[name]())
    return {name: [median(each[WARM_UP:]) for each in of_all] for name, of_all in found.items()}


def _growth(medians: Medians, sizes: Sequence[Size]) -> list[Figure]:
    """From the smallest to the largest ledger; a page that lists reps from the smallest that fills its list."""
    return [_grown_by(name, costs, sizes) for name, costs in medians.items()]


def _grown_by(name: str, costs: Sequence[float], sizes: Sequence[Size]) -> Figure:
    first = next(n for n, size in enumerate(sizes) if size.reps >= LISTED.get(name, 0))
    small, large = sizes[first], sizes[-1]
    subject = f"{name} at {large.facts:,} facts of {large.reps:,} reps"
    if small is large or name == BOARD:
        return told(subject, costs[-1], "ms")
    ratio = costs[-1] / costs[first]
    against = f"{costs[first]:.2f} ms at {small.facts:,} of {small.reps}"
    return Figure(subject, costs[-1], "ms", against, ratio, "≤ 1.2 ×", ratio <= MOST_GROWTH)


def _pages(medians: Medians, sizes: Sequence[Size]) -> list[Figure]:
    """Where there are 500 reps and 100,000 deliveries: an answer's time on the server."""
    at = next((n for n, size in enumerate(sizes) if size.reps == PAGES_AT_REPS), None)
    if at is None:
        return []
    pages = {name: costs[at] for name, costs in medians.items() if name.startswith(PAGE)}
    against = f"{MOST_PAGE_MS:.0f} ms"
    return [
        Figure(
            f"{name}, 500 reps",
            ms,
            "ms",
            against,
            ms / MOST_PAGE_MS,
            "≤ 100 ms",
            ms <= MOST_PAGE_MS,
        )
        for name, ms in pages.items()
    ]
