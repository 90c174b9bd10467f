"""What the doctor reads in the ledger: what waits, what is parked, whose facts are nobody's, what is not understood."""

from datetime import UTC, datetime, timedelta

import pytest
from ward import Ward

from ledger.foreign_growth import GrowthLine
from ledger.inbox import UNATTRIBUTED
from onboarding.doctor.foreign_xp import judge_foreign_xp
from onboarding.doctor.inbox import judge_oldest

QUICK = "--no-round-trip"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
REP = "20202020-463f-435b-828c-107e007a2711"


def _delivery(ward: Ward, key: str, state: str, reason: str | None = None, headers: str = "{}") -> None:
    ward.ledger(
        "INSERT INTO deliveries (source, key, raw, headers, sent_at, state, reason)"
        " VALUES ('redhawk', %s, '{}', %s, now(), %s, %s)",
        *(key, headers, state, reason),
    )


def _fact(ward: Ward, key: str, kind: str = "call", hint: str | None = None, **other: str) -> None:
    columns = {"key": key, "kind": kind, "rep_hint": hint, "live": True, "reasons": ["dial"], **other}
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    ward.ledger(
        f"INSERT INTO facts ({names}, occurred_at, noticed_at) VALUES ({places}, now(), now())", *columns.values()
    )


@pytest.mark.parametrize(("waits_s", "verdict"), [(60, "pass"), (61, "warn"), (120, "warn"), (121, "fail")])
def test_a_delivery_that_waits_is_told(waits_s: int, verdict: str) -> None:
    """Over a minute warns, over two minutes fails."""
    assert judge_oldest(NOW - timedelta(seconds=waits_s), NOW).verdict == verdict


def test_the_oldest_of_those_that_wait_counts(ward: Ward) -> None:
    """Digested deliveries are not looked at."""
    for key, state in (("1", "processed"), ("2", "pending"), ("3", "pending")):
        _delivery(ward, key, state)
    ward.ledger("UPDATE deliveries SET received_at = now() - key::int * interval '400 s'")
    assert ward.line("inbox", QUICK)[0] == "fail"
    ward.ledger("UPDATE deliveries SET state = 'processed'")
    assert ward.line("inbox", QUICK)[:2] == ("pass", "nothing waits")


def test_parked_deliveries_are_told_by_reason(ward: Ward) -> None:
    """Those that wait for a rep are told by name elsewhere."""
    for number, reason in enumerate(
        ["unreadable: data: missing"] * 2 + ["could not be digested: KeyError", UNATTRIBUTED]
    ):
        _delivery(ward, str(number), "parked", reason)
    verdict, told, _ = ward.line("parked", QUICK)
    assert (verdict, told) == (
        "warn",
        "3 parked: 2 × unreadable: data: missing; 1 × could not be digested: KeyError",
    )


def test_names_that_stand_for_nobody_are_told(ward: Ward) -> None:
    """API keys' names and RedHawk's ids apart, each with what waits under it; no name moves a terminal."""
    _fact(ward, "note:1", hint="dialer\x1b[2J")
    _fact(ward, "note:2", hint="dialer\x1b[2J")
    _fact(ward, "module:3", "module", "7", subject="module_0")
    assert ward.line("unmapped reps", QUICK)[1] == "facts of nobody: “dialer\x1b[2J” 2 (up to 4 XP)"
    assert ward.line("RedHawk ids", QUICK)[1].startswith("facts of nobody: “7” 1")
    assert "“dialer?[2J” 2" in ward.examine(QUICK).stdout


def test_calls_that_are_not_understood_are_counted(ward: Ward) -> None:
    """An unknown disposition and an unread duration; a note's own words are not shown, one note's id is."""
    _fact(ward, "note:1", disposition="CANARY_WORD", reading="title: unknown disposition")
    _fact(ward, "note:2", disposition="CONTACT", reading="title: disposition | unknown duration | name")
    _fact(ward, "note:3", disposition="BUSY", reading="title: disposition")
    verdict, told, cure = ward.line("titles", QUICK)
    assert (verdict, told) == ("warn", "of 3 calls 1 with an unknown disposition, 1 with an unread duration")
    assert "explain --note 1`" in cure
    assert "CANARY" not in ward.examine(QUICK).output
    ward.ledger("UPDATE facts SET live = false WHERE key <> 'note:3'")
    assert ward.line("titles", QUICK)[:2] == ("pass", "all 1 calls are understood")


def test_redhawk_is_told(ward: Ward) -> None:
    """Battles read from its history are no webhooks; what was turned away is only counted, and the line says so."""
    ward.environment |= {"REDHAWK_WEBHOOK_SECRET": "whsec_Y2FuYXJ5", "REDHAWK_URL": "http://127.0.0.1:1"}
    _delivery(ward, "battle:1", "processed")
    lines = ward.lines(QUICK)[1]
    assert lines["RedHawk"]["told"] == "configured, and never a delivery"
    assert lines["RedHawk history"]["told"] == "never read"
    assert "can't be known from here" in lines["RedHawk retries"]["told"]
    _delivery(ward, "msg_1", "processed", headers='{"webhook-id": "msg_1"}')
    ward.ledger("UPDATE redhawk_history SET polled_at = now(), problem = '1 of 2: UnknownRep: status 404'")
    lines = ward.lines(QUICK)[1]
    assert (lines["RedHawk"]["verdict"], lines["RedHawk"]["told"].split(",")[0]) == ("pass", "1 in the inbox")
    assert (lines["RedHawk history"]["verdict"], "UnknownRep" in lines["RedHawk history"]["told"]) == ("warn", True)


def test_redhawk_deliveries_that_were_turned_away_are_told(ward: Ward) -> None:
    """Posted while the receiver had no secret: it must come again, which only RedHawk knows."""
    import requests

    requests.post(f"{ward.receiver_url}/webhooks/redhawk", data=b"{}", timeout=5)
    ward.environment["REDHAWK_WEBHOOK_SECRET"] = "whsec_Y2FuYXJ5"
    verdict, told, _ = ward.line("RedHawk retries", QUICK)
    assert (verdict, told.split(";")[0]) == ("warn", "turned away since the receiver started: not_configured 1")
    ward.environment["RECEIVER_URL"] = "http://127.0.0.1:1"
    assert ward.line("RedHawk retries", QUICK)[:2] == (
        "skipped",
        "can't be known: the receiver does not answer from here (ConnectionError)",
    )


def _lines(*figures: tuple[int, int]) -> dict[str, list[GrowthLine]]:
    return {REP: [GrowthLine(NOW + timedelta(hours=n), xp, calls) for n, (xp, calls) in enumerate(figures)]}


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [
        (((0, 0), (10, 5), (20, 10), (30, 15)), "warn"),
        (((0, 0), (10, 5), (20, 10)), "pass"),
        (((0, 5), (300, 5), (600, 5), (900, 5)), "pass"),
        (((0, 0), (0, 5), (0, 10), (0, 15)), "pass"),
        ((), "pass"),
    ],
)
def test_foreign_xp_that_grows_with_calls_is_told(figures: tuple[tuple[int, int], ...], verdict: str) -> None:
    """In three hours of a week; XP without calls, or calls without XP, is no such thing."""
    found = judge_foreign_xp(_lines(*figures), "repsync")
    assert found.verdict == verdict
    assert judge_foreign_xp(_lines(*figures), "foreign").verdict == "pass"
    if verdict == "warn":
        assert f"{REP} (+30 XP beside 15 calls)" in found.told
        assert 'xp_owners.calls = "foreign"' in found.cure
