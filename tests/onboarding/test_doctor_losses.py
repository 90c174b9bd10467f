"""What the doctor says of webhooks that get lost."""

from datetime import UTC, datetime, timedelta

import pytest
from ward import Ward

from ledger.losses import LossCount, Losses
from ledger.sweep_state import SweepState
from onboarding.doctor.losses import judge_losses

QUICK = "--no-round-trip"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SWEPT = SweepState(NOW, NOW, NOW, None, None, interval=timedelta(minutes=1))


def _losses(heard: bool = True, **counts: tuple[int, int]) -> Losses:
    by_object = {name: LossCount(told, lost) for name, (told, lost) in counts.items()}
    return Losses(NOW - timedelta(hours=1), by_object, NOW, NOW if heard else None)


@pytest.mark.parametrize(
    ("counts", "verdict", "told"),
    [
        ({}, "pass", "none of 0 changes since 11:00 UTC"),
        ({"note": (9, 0), "noteTarget": (9, 0)}, "pass", "none of 18 changes since 11:00 UTC"),
        ({"note": (99, 1)}, "warn", "1 of 100 webhooks (1%; note 1) since 11:00 UTC; swept every 60 s"),
        ({"note": (11, 9)}, "warn", "9 of 20 webhooks (45%; note 9) since 11:00 UTC; swept every 60 s"),
        ({"note": (10, 10)}, "fail", "10 of 20 webhooks (50%; note 10) since 11:00 UTC; swept every 60 s"),
        (
            {"note": (90, 1), "opportunity": (0, 3)},
            "fail",
            "4 of 94 webhooks (4%; note 1, opportunity 3) since 11:00 UTC; swept every 60 s;"
            " not one of opportunity came",
        ),
        ({"note": (90, 0), "opportunity": (0, 2)}, "warn", "2 of 92 webhooks (2%; opportunity 2) since 11:00 UTC"),
    ],
)
def test_losses_are_judged(counts: dict[str, tuple[int, int]], verdict: str, told: str) -> None:
    """Any is told; half of all fails, and so does an object whose webhooks never come, however few they are."""
    found = judge_losses(_losses(**counts), SWEPT)
    assert (found.verdict, found.told[: len(told)], bool(found.cure)) == (verdict, told, verdict != "pass")


def test_without_any_webhook_nothing_can_be_counted() -> None:
    """That is said, and not that none is lost."""
    silent = judge_losses(_losses(heard=False), SWEPT)
    assert (silent.verdict, silent.told) == ("warn", "can't be counted: no webhook of Twenty's ever came")
    assert judge_losses(_losses(heard=False), SweepState(None, None, None, None, None)).verdict == "pass"


def test_a_bounded_backfill_that_was_cut_off_is_named(ward: Ward) -> None:
    """Until it is done nothing is swept."""
    began = "began_at = now(), started_at = now(), object = 'notes'"
    ward.ledger(f"UPDATE backfill_state SET since_on = '2026-11-01', {began}")
    verdict, told, cure = ward.line("losses", QUICK)
    assert (verdict, told) == ("warn", "nothing is swept before the backfill since 2026-11-01 is done")
    assert "repsync backfill --since 2026-11-01" in cure


def test_the_ledger_s_figures_are_told(ward: Ward) -> None:
    """Of the last hour; older ones are over."""
    ward.ledger("UPDATE sweep_state SET webhooks_since = now(), finished_at = now()")
    lost = "INSERT INTO losses VALUES (date_trunc('hour', now()) - %s * interval '1 hour', %s, %s, %s, now())"
    ward.ledger(lost, 3, "note", 0, 50)
    assert ward.line("losses", QUICK)[0] == "pass"
    ward.ledger(lost, 0, "note", 18, 2)
    ward.ledger(lost, 0, "opportunity", 5, 0)
    verdict, told, cure = ward.line("losses", QUICK)
    assert (verdict, told.split(" since")[0]) == ("warn", "2 of 25 webhooks (8%; note 2)")
    assert "within 5 s" in cure
