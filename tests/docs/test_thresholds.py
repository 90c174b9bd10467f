"""The limits of the console's lights, of the doctor and of the alert rules are the same numbers."""

from pathlib import Path

import pytest
import yaml

from accounts import thresholds

ROOT = Path(__file__).parents[2]
RULES = {
    rule["alert"]: rule["expr"]
    for group in yaml.safe_load((ROOT / "ops" / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
}


@pytest.mark.parametrize(
    ("alert", "compared"),
    [
        ("RepsyncDeliveriesWait", f"> {thresholds.PENDING_S.still}"),
        ("RepsyncRepsWait", f"> {thresholds.DIRTY_S.still}"),
        ("RepsyncClockStopped", f"> {thresholds.CLOCK_S.still}"),
        ("RepsyncSweepOld", f"> {thresholds.SWEEP_S.still}"),
        ("RepsyncWatermarkOld", f"> {thresholds.WATERMARK_S.still}"),
        ("RepsyncBudgetShort", f"< {thresholds.BUDGET_LEFT}"),
        ("RepsyncWebhooksLost", f"> {thresholds.LOST_SHARE.slow}"),
        ("RepsyncWebhooksLost", f"> {thresholds.LOST_FROM}"),
    ],
)
def test_an_alert_goes_off_where_the_light_turns(alert: str, compared: str) -> None:
    """Who is paged finds the page red for the same reason."""
    assert compared in " ".join(RULES[alert].split())
