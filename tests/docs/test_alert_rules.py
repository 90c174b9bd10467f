"""Alert rules and dashboard use metrics that exist, and each alert has its page in the runbook."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from runtime.bootstrap import metrics_scrape
from runtime.settings import Settings

ROOT = Path(__file__).parents[2]
RULES = [
    rule
    for group in yaml.safe_load((ROOT / "ops" / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARD = json.loads((ROOT / "ops" / "grafana-dashboard.json").read_text(encoding="utf-8"))
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
NAME = re.compile(r"\brepsync_[a-z0-9_]+")
MATCHER = re.compile(r'(\w+)\s*(=~|=|!=|!~)\s*"([^"]*)"')
SELECTOR = re.compile(r"(repsync_[a-z0-9_]+)\{([^}]*)\}")
GROUPED = re.compile(r"by \(([^)]*)\)")


def _panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def _expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in RULES)
    yield from (target["expr"] for panel in _panels() for target in panel["targets"])


@pytest.fixture
def scraped(database_url: str, redis_url: str) -> dict[str, list[dict[str, str]]]:
    """The labels of each sample's name, of a scrape of an empty ledger."""
    settings = Settings(
        database_url=database_url, redis_url=redis_url, twenty_url="https://crm.example.com", twenty_api_key="key"
    )
    found: dict[str, list[dict[str, str]]] = {}
    for family in text_string_to_metric_families(metrics_scrape(settings)().decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample.labels)
    return found


def test_every_metric_that_is_used_is_scraped(scraped: dict[str, list[dict[str, str]]]) -> None:
    """Rules and dashboard name no metric that a real scrape lacks, from the first scrape on; and leave none out."""
    used = {name for expression in _expressions() for name in NAME.findall(expression)}
    assert len(used) > 20
    assert used - scraped.keys() == set()
    created = {name for name in scraped if name.endswith("_created")}
    assert scraped.keys() - used - created == set()


def test_every_label_that_is_used_exists(scraped: dict[str, list[dict[str, str]]]) -> None:
    """A rule that picks by a label's value finds a sample that has it, and groups by labels that samples have."""
    for expression in _expressions():
        for name, matchers in SELECTOR.findall(expression):
            for label, _, value in MATCHER.findall(matchers):
                told = {labels.get(label) for labels in scraped[name]}
                assert told & set(value.split("|")), (expression, label, told)
        labels = {label for name in NAME.findall(expression) for each in scraped[name] for label in each}
        grouped = {label.strip() for group in GROUPED.findall(expression) for label in group.split(",")}
        assert grouped <= labels, expression


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_each_alert_says_how_bad_it_is_and_leads_to_its_page(rule: dict[str, Any]) -> None:
    """Severity, patience and summary are there, and the runbook has the page that the rule links to."""
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert re.fullmatch(r"\d+[mh]", rule["for"])
    assert rule["annotations"]["summary"]
    document, _, anchor = rule["annotations"]["runbook_url"].partition("#")
    assert document == "docs/runbook.md"
    assert anchor == f"alert-{rule['alert'].lower()}"
    assert anchor in {_anchor(heading) for heading in re.findall(r"^#+ (.*)$", RUNBOOK, re.MULTILINE)}
    page = RUNBOOK.split(f"### Alert: {rule['alert']}\n")[1].split("\n#")[0]
    assert all(f"**{part}**" in page for part in ("Means", "Look", "Do"))


def _anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_the_runbook_has_no_page_of_an_alert_that_is_gone() -> None:
    """Pages and rules are the same, in the same order."""
    assert re.findall(r"^### Alert: (\w+)$", RUNBOOK, re.MULTILINE) == [rule["alert"] for rule in RULES]


def test_pages_refer_to_sections_that_exist() -> None:
    """What a page names in italics is a heading of the runbook, or another alert."""
    pages = RUNBOOK.split("## Alerts\n")[1]
    headings = set(re.findall(r"^## (.*)$", RUNBOOK, re.MULTILINE)) | {rule["alert"] for rule in RULES}
    named = {" ".join(name.split()) for name in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", pages)}
    assert len(named) > 5
    assert named - headings == set()


def test_panels_lie_beside_each_other() -> None:
    """Each panel has an id of its own, a title and a place of its own in Grafana's 24 columns."""
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(places)
    assert all(panel["title"] for panel in DASHBOARD["panels"])
    taken = [
        (x, y) for at in places for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24
