"""What the doctor says of records that Twenty lacks, and how an operator accepts it."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from ward import Ward

from runtime.cli import main
from runtime.settings import read_settings

QUICK = "--no-round-trip"
LINE = "missing records"
AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _accept(ward: Ward, *more: str) -> Result:
    return CliRunner().invoke(main, ["sweep", "--accept-missing", *more], env=ward.environment)


def test_the_line_follows_the_passes(ward: Ward) -> None:
    """Nothing compared, all there, some waiting, too many to believe."""
    assert ward.line(LINE, QUICK) == ("pass", "not compared with Twenty yet", "")
    ward.ledger("UPDATE comparisons SET compared_at = %s", AT)
    assert ward.line(LINE, QUICK)[:2] == ("pass", "none among what was created before 2026-11-21 12:00 UTC")
    for record, missing_at, confirmed_at in (("a", AT, None), ("b", AT, None), ("c", None, None), ("d", AT, AT)):
        ward.ledger(
            "INSERT INTO missing_records (object, record_id, missing_at, confirmed_at) VALUES ('note', %s, %s, %s)",
            *(record, missing_at, confirmed_at),
        )
    assert ward.line(LINE, QUICK)[:2] == ("warn", "not in Twenty any more: 2 notes since 2026-11-21 12:00 UTC")
    ward.ledger("UPDATE comparisons SET too_many = 51, among = 6000 WHERE object = 'opportunity'")
    verdict, told, cure = ward.line(LINE, QUICK)
    assert (verdict, told) == (
        "fail",
        "Twenty lacks 51 or more of 6000 opportunities: too many to believe, none is counted out",
    )
    assert "`repsync sweep --accept-missing`" in cure


def test_accepting_asks_for_a_pass_that_believes(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the object that was stopped, and only when somebody agrees; else there is nothing to accept."""
    monkeypatch.setattr("runtime.commands.sweep.configured", read_settings)
    ward.ledger("UPDATE comparisons SET compared_at = %s", AT)
    refused = _accept(ward)
    assert refused.exit_code == 1
    assert "nothing to accept" in refused.output
    ward.ledger("UPDATE comparisons SET too_many = 51, among = 6000 WHERE object = 'note'")
    asked = _accept(ward)
    assert (asked.exit_code, "--yes" in asked.stderr) == (1, True)
    assert ward.line(LINE, QUICK)[0] == "fail"
    accepted = _accept(ward, "--yes")
    assert accepted.exit_code == 0
    assert "51 or more of 6000 notes are missing in Twenty" in accepted.output
    assert ward.line(LINE, QUICK)[:2] == ("warn", "accepted: compared anew within seconds")
