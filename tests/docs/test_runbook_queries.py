"""The runbook's SQL runs on the ledger as it is."""

import re
from pathlib import Path

import psycopg
import pytest

RUNBOOK = (Path(__file__).parents[2] / "docs" / "runbook.md").read_text(encoding="utf-8")
STATEMENTS = re.findall(r"```sql\n(.*?)\n```", RUNBOOK, re.DOTALL)


def test_runbook_has_queries() -> None:
    """The queries are found, so that the test below tests something."""
    assert len(STATEMENTS) > 10


@pytest.mark.processes
def test_every_statement_of_the_runbook_runs(database_url: str) -> None:
    """Each statement names tables and columns that exist (it is rolled back)."""
    with psycopg.connect(database_url) as connection:
        for statement in STATEMENTS:
            connection.execute(statement.encode())
        connection.rollback()
