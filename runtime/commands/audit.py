"""`repsync audit`: proves that nothing is lost and nothing counts twice."""

import sys
from collections.abc import Iterator, Sequence

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from runtime.bootstrap import worker_parts
from runtime.commands.options import AS_JSON, examples
from runtime.exit_status import ExitStatus
from runtime.output import answer, print_json, printable
from runtime.progress import progress
from runtime.startup import configured
from worker.audit_runs import kept_audit
from worker.parts import Parts
from worker.proofs.proof import Discrepancy, Proof, proof_json
from worker.proofs.prove import PROOFS, prove_ledger
from worker.proofs.rows import prove_rows

BY = "command line"
_NAME, _VERDICT = 16, 8


@click.command(
    epilog=examples(
        "repsync audit", "repsync audit --twenty", "repsync audit --json | jq '.proofs[] | select(.holds | not)'"
    )
)
@click.option("--twenty", "with_twenty", is_flag=True, help="Also read the rows in Twenty.")
@AS_JSON
def audit(*, with_twenty: bool, as_json: bool) -> None:
    """Proves that nothing is lost and nothing counts twice.

    From the ledger alone, beside repsync at work. Each line holds or is off, with its figures, and says what to do.
    Status 1 when something is off, 3 where a store or Twenty could not be looked at: nothing is proven then.
    """
    console, proofs = answer(), list[Proof]()
    parts = worker_parts(configured())
    with kept_audit(parts.engine, BY, proofs):
        for proof in _watched(parts, with_twenty, is_silent=console.is_terminal and not as_json):
            proofs.append(proof)
            if not as_json:
                _show(console, proof)
    if as_json:
        print_json({"clean": _off(proofs) == 0, "proofs": [proof_json(proof) for proof in proofs]})
    else:
        console.print(_closing(proofs))
    sys.exit(ExitStatus.FOUND if _off(proofs) else ExitStatus.DONE)


def _watched(parts: Parts, with_twenty: bool, *, is_silent: bool) -> Iterator[Proof]:
    """The proofs as each is done; at a terminal their lines say how far it is."""
    if is_silent:
        yield from _proofs(parts, with_twenty)
        return
    with progress("Proving") as tell:
        for done, proof in enumerate(_proofs(parts, with_twenty), start=1):
            yield proof
            tell(done, len(PROOFS) + with_twenty)


def _proofs(parts: Parts, with_twenty: bool) -> Iterator[Proof]:
    yield from prove_ledger(parts)
    if with_twenty:
        yield prove_rows(parts)


def _show(console: Console, proof: Proof) -> None:
    line = Table.grid()
    for width in (_VERDICT, _NAME, None):
        line.add_column(width=width)
    verdict = Text("holds" if proof.holds else "OFF", "green" if proof.holds else "red")
    figures = ", ".join(f"{number} {name}" for name, number in proof.figures.items())
    told = f"{proof.claim} ({figures})" if figures else proof.claim
    line.add_row(verdict, proof.name, Text(printable(told)))
    console.print(line)
    for each in proof.discrepancies:
        console.print(Padding(_line(each), (0, 0, 0, _VERDICT)))
    if proof.off > len(proof.discrepancies):
        console.print(Padding(f"and {proof.off - len(proof.discrepancies)} more", (0, 0, 0, _VERDICT)))


def _line(each: Discrepancy) -> Text:
    return Text(printable(f"{each.subject}: {each.found}; should be: {each.expected} → {each.cure}"))


def _off(proofs: Sequence[Proof]) -> int:
    return sum(proof.off for proof in proofs)


def _closing(proofs: Sequence[Proof]) -> str:
    off = _off(proofs)
    return f"Clean: {len(proofs)} proofs hold." if not off else f"{off} found off."
