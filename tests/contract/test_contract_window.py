"""What keeps a real workspace safe from the contract suite; these run with all tests, against a sandbox."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from contract_calls import OwnCalls
from contract_figures import Figures
from contract_run import NOBODY, SHORT, Call, Run
from contract_window import TwentyWindow
from contract_workspace import Workspace

from onboarding.doctor.round_trip import TITLE
from onboarding.wanted import PLURAL
from programs.progression.rep_rows import new_row_id
from sandbox.twenty import SandboxTwenty

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
THEIRS = "20202020-463f-435b-828c-107e007a2711"
HEADERS = {"Authorization": "Bearer key", "Content-Type": "application/json", "User-Agent": "tests"}


@pytest.fixture
def run() -> Run:
    return Run(LONG_AGO)


@pytest.fixture
def twenty() -> Iterator[SandboxTwenty]:
    """A workspace in use: somebody's note, deal and progression."""
    twenty = SandboxTwenty("key", tokens=None)
    twenty.put("notes", {"id": THEIRS, "title": "Call - CONTACT | 2:05 | Kim"})
    twenty.put("opportunities", {"id": THEIRS, "name": "Roof"})
    twenty.put(PLURAL, {"id": THEIRS, "workspaceMemberId": THEIRS})
    twenty.start()
    yield twenty
    twenty.stop()


@pytest.fixture
def figures() -> Figures:
    return Figures()


@pytest.fixture
def window(twenty: SandboxTwenty, run: Run, figures: Figures) -> Iterator[str]:
    window = TwentyWindow(twenty.url, run, figures)
    yield window.url
    window.close()


def test_only_the_runs_own_records_are_seen(twenty: SandboxTwenty, window: str, run: Run) -> None:
    """What others made is not listed, whatever the list; workspace members are."""
    mine = run.note(run.rep(1))
    twenty.put("notes", mine)
    twenty.put(PLURAL, {"workspaceMemberId": run.rep(1)})
    seen = {plural: _listed(window, plural) for plural in ("notes", "opportunities", PLURAL, "workspaceMembers")}
    assert [row["id"] for row in seen["notes"]] == [mine["id"]]
    assert [row["workspaceMemberId"] for row in seen[PLURAL]] == [run.rep(1)]
    assert seen["opportunities"] == []
    assert len(seen["workspaceMembers"]) == len(twenty.rows("workspaceMembers"))


def _listed(window: str, plural: str) -> list[dict[str, Any]]:
    filter_ = "or(deletedAt[is]:NULL,deletedAt[is]:NOT_NULL)"
    answer = requests.get(f"{window}/rest/{plural}", params={"filter": filter_}, headers=HEADERS, timeout=5)
    rows: list[dict[str, Any]] = answer.json()["data"][plural]
    return rows


def test_history_of_before_the_run_is_not_read(twenty: SandboxTwenty, figures: Figures) -> None:
    """A workspace with years of notes costs no call more: lists begin when the run began."""
    run = Run(datetime(2099, 1, 1, tzinfo=UTC))
    twenty.put("notes", run.note(run.rep(1)))
    window = TwentyWindow(twenty.url, run, figures)
    answer = requests.get(f"{window.url}/rest/notes", headers=HEADERS, timeout=5).json()
    window.close()
    assert answer["totalCount"] == 0


@pytest.mark.parametrize("path", ["", "/contract-0123abcd"])
def test_a_workspace_that_another_repsync_counts_is_refused(
    twenty: SandboxTwenty, run: Run, figures: Figures, path: str
) -> None:
    """Also one at the same address, whose settings the run was given; not what a run that was killed left there."""
    twenty.register_webhook(f"http://repsync.example{path}/webhooks/twenty", ["note.*"], "secret")
    own = OwnCalls(twenty.url, "key", figures)
    with nullcontext() if path else pytest.raises(AssertionError, match="another repsync"):
        Workspace(own, run, "http://repsync.example")


def test_a_write_of_others_records_is_refused_and_told(twenty: SandboxTwenty, window: str, figures: Figures) -> None:
    """It never reaches Twenty."""
    before = twenty.rows(PLURAL)
    filter_ = f"and(id[eq]:{THEIRS},totalXp[is]:NULL)"
    url = f"{window}/rest/{PLURAL}"
    refused = requests.patch(url, json={"totalXp": 1}, params={"filter": filter_}, headers=HEADERS, timeout=5)
    assert (refused.status_code, twenty.rows(PLURAL)) == (403, before)
    assert figures.refused_writes == [f"PATCH /rest/{PLURAL}"]


def _row(run: Run, **changed: Any) -> bytes:
    return json.dumps([{"id": new_row_id(run.rep(1)), "workspaceMemberId": run.rep(1), **changed}]).encode()


def test_repsync_may_write_what_is_the_runs(run: Run) -> None:
    """Rows of its reps, the doctor's note and its write of nothing, and what setup creates."""
    note = {"id": THEIRS, "title": TITLE}
    row_id = new_row_id(run.rep(1))
    assert run.allows(Call("POST", f"/rest/batch/{PLURAL}", body=_row(run)))
    assert run.allows(Call("PATCH", f"/rest/{PLURAL}", f'and(id[eq]:"{row_id}",totalXp[eq]:4)'))
    assert run.allows(Call("PATCH", f"/rest/{PLURAL}", 'id[eq]:"00000000-0000-0000-0000-000000000000"'))
    assert run.allows(Call("POST", "/rest/notes", body=json.dumps(note).encode()))
    assert run.allows(Call("DELETE", f"/rest/notes/{THEIRS}"))
    assert run.allows(Call("POST", "/rest/metadata/fields"))


@pytest.mark.parametrize(
    ("method", "path", "filter_"),
    [
        ("DELETE", f"/rest/notes/{THEIRS}", ""),
        ("DELETE", "/rest/notes", ""),
        ("PATCH", "/rest/notes", f"id[eq]:{THEIRS}"),
        ("PATCH", f"/rest/{PLURAL}", f"id[eq]:{THEIRS}"),
        ("PATCH", f"/rest/{PLURAL}", ""),
        ("PATCH", f"/rest/{PLURAL}", "totalXp[gte]:0"),
        ("PATCH", f"/rest/{PLURAL}", f"or(id[eq]:{NOBODY},totalXp[gte]:0)"),
        ("PATCH", f"/rest/{PLURAL}", f"and(id[eq]:{NOBODY},or(totalXp[gte]:0))"),
        ("PATCH", f"/rest/{PLURAL}", f"id[neq]:{NOBODY}"),
        ("DELETE", f"/rest/{PLURAL}/{THEIRS}", ""),
        ("PATCH", f"/rest/opportunities/{THEIRS}", ""),
        ("DELETE", "/rest/metadata/objects/x", ""),
        ("PATCH", "/rest/metadata/webhooks/x", ""),
    ],
)
def test_repsync_may_write_nothing_else(run: Run, method: str, path: str, filter_: str) -> None:
    """By id, by filter, or without either."""
    assert not run.allows(Call(method, path, filter_, b"{}"))


@pytest.mark.parametrize("changed", [{"id": THEIRS}, {"workspaceMemberId": THEIRS}])
def test_a_batch_with_anothers_row_is_refused(run: Run, changed: dict[str, str]) -> None:
    """One that is not the run's spoils it."""
    assert not run.allows(Call("POST", f"/rest/batch/{PLURAL}", body=_row(run, **changed)))
    assert not run.allows(Call("POST", "/rest/notes", body=b'{"id": "x", "title": "Call - CONTACT | 2:05 | Kim"}'))


def test_every_note_of_the_run_is_marked(run: Run) -> None:
    """So that a person knows what to remove if a run was killed."""
    titles = {run.note(run.rep(1), SHORT)["title"] for _ in range(3)}
    assert len(titles) == 3
    assert all(f"repsync contract {run.id}" in title for title in titles)
