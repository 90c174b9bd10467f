"""A job that fails is told without what it was about."""

from contextlib import nullcontext

import pytest
from floor import Floor

from ledger.errors import LedgerUnavailable
from worker import digest
from worker.failures import JobFailed, told_without_data
from worker.parts import install


def test_a_failed_job_keeps_no_note_text(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """RQ writes a failed job's exception into its log and into Redis: class and place only."""

    def fail(*_: object) -> int:
        raise ValueError("Call - CONTACT | 1:00 | Kim Secret")

    install(floor.parts)
    monkeypatch.setattr(digest, "digest_batch", fail)
    with pytest.raises(JobFailed) as failed:
        digest.digest_job()
    assert "Kim" not in str(failed.value)
    assert str(failed.value).startswith("ValueError at test_job_failures.py:")
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


@pytest.mark.parametrize(("sqlstate", "ends"), [(None, True), ("57P01", True), ("08006", True), ("40P01", False)])
def test_a_job_that_found_no_postgresql_has_not_failed(sqlstate: str | None, ends: bool) -> None:
    """It ends, so that nothing rests or counts as failed for it; one that PostgreSQL refused is tried again."""
    with nullcontext() if ends else pytest.raises(JobFailed, match="LedgerUnavailable"):  # noqa: SIM117
        with told_without_data():
            raise LedgerUnavailable("x", sqlstate)


def test_jobs_without_parts_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that forgot to install its parts is told, instead of failing somewhere inside."""
    monkeypatch.setattr("worker.parts._installed", [])
    with pytest.raises(RuntimeError, match="install"):
        digest.digest_job()
