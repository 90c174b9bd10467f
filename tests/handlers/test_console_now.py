"""The Now page over a real ledger."""

import re
import time
from dataclasses import replace
from typing import Any

import pytest
from console import HEALTHY, Console

MOST_MS = 100


@pytest.fixture
def console(database_url: str) -> Console:
    """An empty ledger's console."""
    return Console(database_url)


def _fill(console: Console, pending: int = 0, old: str = "1 s") -> None:
    """Two digested deliveries of the last minute, one of before; `pending` ones that wait."""
    add = (
        "INSERT INTO deliveries (source, key, raw, headers, sent_at, received_at, state, digested_at)"
        " SELECT 'twenty', :state || :key || i, '', '{}', now(), now() - CAST(:ago AS interval), :state,"
        " CASE WHEN :state = 'pending' THEN NULL ELSE now() - CAST(:ago AS interval) END FROM generate_series(1, :n) i"
    )
    console.ledger(add, state="processed", key="new", ago="5 s", n=2)
    console.ledger(add, state="processed", key="old", ago="2 min", n=1)
    console.ledger(add, state="pending", key="", ago=old, n=pending)
    console.ledger("UPDATE sweep_state SET finished_at = now(), watermark_at = now()")


def _step(html: str, title: str) -> str:
    """The words of a card, tags taken out."""
    card = next(part for part in html.split('<div class="step ')[1:] if f">{title}<" in part)
    return " ".join(re.sub(r"<[^>]+>", " ", card.split("</li>")[0].partition(">")[2]).split())


def test_the_figures_are_those_of_the_ledger(console: Console) -> None:
    """Received, waiting, digested a minute and in all, dirty reps, rows written."""
    _fill(console, pending=4)
    console.ledger("INSERT INTO reps (id, dirty, dirty_at) VALUES ('jane', 1, now() - interval '7 s')")
    console.ledger("INSERT INTO writes (rep, sequence, fields) VALUES ('jane', 1, '{}')")
    html = console.person("viewer").get("/console/").text
    assert "All is well" in html
    assert _step(html, "Received") == "Received well 6 in the last minute in all 7 repeats 0"
    assert re.fullmatch(r"Waiting well 4 to be digested oldest \d+ s", _step(html, "Waiting"))
    assert _step(html, "Digested") == "Digested well 2 in the last minute in all 3"
    assert re.fullmatch(r"Reps well 1 wait for their row longest \d+ s", _step(html, "Reps"))
    assert _step(html, "Written").startswith("Written well 1 rows of Twenty in the last minute last")


def test_standing_still_is_red_with_the_reason(console: Console) -> None:
    """In the picture that htmx fetches as in the page."""
    _fill(console, pending=1, old="5 min")
    viewer = console.person("viewer")
    for path in ("/console/", "/console/now"):
        html = viewer.get(path).text
        assert "Something stands still" in html
        assert "A delivery has waited 5 min to be digested; 2 were digested in the last minute." in html
        assert _step(html, "Waiting").startswith("Waiting stands still")


@pytest.mark.parametrize("redis", [None, replace(HEALTHY, workers={"repsync-digest": 0})])
def test_the_page_is_there_whatever_redis_does(database_url: str, redis: Any) -> None:
    """Redis away, or no worker alive: the page says so."""
    html = Console(database_url, redis=lambda: redis).person("viewer").get("/console/").text
    assert ("Redis does not answer" if redis is None else "No worker runs") in html


def test_the_picture_moves_by_itself_unless_it_is_held(console: Console) -> None:
    """htmx fetches it every few seconds; who asked for stillness, or has no JavaScript, gets none of it."""
    viewer = console.person("viewer")
    moving = viewer.get("/console/").text
    assert 'hx-get="/console/now"' in moving
    assert '<noscript><p><a href="/console/">' in moving
    assert "hx-get" not in viewer.get("/console/?still=1").text


def test_the_page_is_quick_on_a_large_ledger(console: Console) -> None:
    """100,000 deliveries, a tenth of them waiting, most of them digested just now: within 100 ms."""
    console.ledger(
        "INSERT INTO deliveries (source, key, raw, headers, sent_at, state, digested_at)"
        " SELECT 'twenty', i::text, '', '{}', now(), CASE WHEN i % 10 = 0 THEN 'pending' ELSE 'processed' END,"
        " CASE WHEN i % 10 = 0 THEN NULL ELSE now() - i * interval '1 ms' END FROM generate_series(1, 100000) i"
    )
    console.ledger("UPDATE sweep_state SET webhooks_since = now() - interval '1 d'")
    console.ledger("ANALYZE deliveries")
    viewer = console.person("viewer")
    assert _step(viewer.get("/console/now").text, "Digested").startswith("Digested well 5,000+")
    took_ms = []
    for _ in range(10):
        began_s = time.perf_counter()
        assert viewer.get("/console/now").status_code == 200
        took_ms.append((time.perf_counter() - began_s) * 1000)
    assert min(took_ms) < MOST_MS, took_ms
