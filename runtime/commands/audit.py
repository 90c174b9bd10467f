"""`repsync audit`: proves that nothing is lost and nothing counts twice."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from redis.exceptions import RedisError
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ledger.errors import LedgerOutdated, LedgerUnavailable
from runtime.bootstrap import worker_parts
from runtime.settings import SettingsError
from runtime.startup import configured
from twenty_client.errors import TwentyError
from worker.audit_runs import kept_audit
from worker.parts import Parts
from worker.proofs.proof import Discrepancy, Proof, proof_json
from worker.proofs.prove import prove_ledger
from worker.proofs.rows import prove_rows

BY = "command line"
_NAME, _VERDICT = 16, 8
_BLIND = 2


@click.command()
@click.option("--twenty", "with_twenty", is_flag=True, help="Also read the rows in Twenty.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def audit(*, with_twenty: bool, as_json: bool) -> None:
    """Proves from the ledger alone that nothing is lost and nothing counts twice, beside repsync at work.

    Each line holds or is off, with its figures, and says what to do. Status 1 when something is off, 2 where a store
    or Twenty could not be looked at.
    """
    console = Console(highlight=False)
    proofs = list[Proof]()
    with _told_when_blind():
        parts = worker_parts(configured())
        with kept_audit(parts.engine, BY, proofs):
            for proof in _proofs(parts, with_twenty):
                proofs.append(proof)
                if not as_json:
                    _show(console, proof)
    if as_json:
        click.echo(json.dumps({"clean": _off(proofs) == 0, "proofs": [proof_json(proof) for proof in proofs]}))
    else:
        console.print(_closing(proofs))
    sys.exit(1 if _off(proofs) else 0)


def _proofs(parts: Parts, with_twenty: bool) -> Iterator[Proof]:
    yield from prove_ledger(parts)
    if with_twenty:
        yield prove_rows(parts)


@contextmanager
def _told_when_blind() -> Iterator[None]:
    """What can't be looked at ends the audit with one sentence: nothing is proven then."""
    try:
        yield
    except SettingsError as wrong:
        told = str(wrong)
    except LedgerUnavailable as away:
        told = f"PostgreSQL is unavailable ({away})"
    except LedgerOutdated:
        told = "the ledger is of another release: start a worker of this one first, it migrates the ledger"
    except TwentyError as error:
        told = f"Twenty could not be read: {type(error).__name__}: {error}"
    except RedisError as error:
        told = f"Redis is unavailable ({type(error).__name__})"
    else:
        return
    click.echo(f"repsync: {told}", err=True)
    sys.exit(_BLIND)


def _show(console: Console, proof: Proof) -> None:
    verdict = Text(f"{'holds' if proof.holds else 'OFF':{_VERDICT}}", "green" if proof.holds else "red")
    figures = ", ".join(f"{number} {name}" for name, number in proof.figures.items())
    told = f"{proof.claim} ({figures})" if figures else proof.claim
    console.print(Text.assemble(verdict, f"{proof.name:{_NAME}}", _printable(told)))
    for each in proof.discrepancies:
        console.print(Padding(_line(each), (0, 0, 0, _VERDICT)))
    if proof.off > len(proof.discrepancies):
        console.print(Padding(f"and {proof.off - len(proof.discrepancies)} more", (0, 0, 0, _VERDICT)))


def _line(each: Discrepancy) -> Text:
    return Text(_printable(f"{each.subject}: {each.found}; should be: {each.expected} → {each.cure}"))


def _printable(text: str) -> str:
    """Names come from outside: none of them moves a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _off(proofs: Sequence[Proof]) -> int:
    return sum(proof.off for proof in proofs)


def _closing(proofs: Sequence[Proof]) -> str:
    off = _off(proofs)
    return f"Clean: {len(proofs)} proofs hold." if not off else f"{off} found off."
