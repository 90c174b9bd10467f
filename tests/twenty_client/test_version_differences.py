"""Every difference between versions of Twenty that the contract names: where it is met, and the test that shows it.

Most are met where an answer or a row is read, so that nothing behind knows of versions; nobody asks which one it is
but the doctor, who tells it.
"""

import importlib
from operator import attrgetter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = "tests/flow/test_version_floors.py"
CLIENT = "tests/twenty_client"

# (the difference, what meets it, the test's file, the test)
DIFFERENCES = (
    (
        "a page holds 60 rows before 1.6, 200 since",
        "twenty_client.paging.pages",
        FLOORS,
        "test_a_floor_comes_out_right_on_each_version",
    ),
    (
        "a batch holds 60 rows before 1.6",
        "worker.linger.MOST_REPS",
        FLOORS,
        "test_more_reps_than_an_older_batch_holds_are_all_written",
    ),
    (
        "a noteTarget's person is personId in older versions",
        "schemas.twenty._NoteTargetFields",
        FLOORS,
        "test_twins_are_known_by_the_older_person_id",
    ),
    (
        "an opportunity has no ownerId in older versions",
        "schemas.twenty._OpportunityFields",
        FLOORS,
        "test_a_deal_without_an_owner_field_is_its_makers",
    ),
    (
        "a note's text is body in older versions",
        "programs.progression.note_bodies.body_text",
        "tests/schemas/test_twenty_payloads.py",
        "test_the_body_is_markdown_else_blocks_else_the_older_body",
    ),
    (
        "a list of metadata is in data itself, behind a flag of newer versions",
        "twenty_client.reply.read_reply",
        f"{CLIENT}/test_twenty_replies.py",
        "test_newer_metadata_form",
    ),
    (
        "a page of metadata may hold fewer objects than there are",
        "twenty_client.metadata.read_objects",
        f"{CLIENT}/test_twenty_pages.py",
        "test_objects_are_read_to_the_last_page",
    ),
    (
        "webhooks come without anything around them, or with",
        "twenty_client.reply.read_reply",
        f"{CLIENT}/test_twenty_replies.py",
        "test_webhooks_come_bare_or_wrapped",
    ),
    (
        "a 429 names Retry-After and the budget in newer versions",
        "twenty_client.refusals.refusal",
        FLOORS,
        "test_a_newer_refusal_names_its_time_and_the_budget",
    ),
    (
        "the budget is 50 in the cloud",
        "twenty_client.learned_share.within",
        f"{CLIENT}/test_twenty_pacing.py",
        "test_a_stated_limit_bounds_the_share",
    ),
    (
        "a refusal's sentences are in messages, or in message",
        "twenty_client.refusals.refusal",
        f"{CLIENT}/test_twenty_refusals.py",
        "test_recorded_refusal",
    ),
    (
        "what an upsert brings back is told as updated",
        "programs.progression.versions.newest",
        FLOORS,
        "test_a_note_that_an_upsert_brings_back_counts_again",
    ),
    (
        "deleted rows are restored by another route: repsync brings its rows back by upsert in every version",
        "worker.writing.write",
        "tests/flow/test_rows_deleted_or_duplicated.py",
        "test_a_deleted_row_is_brought_back_with_all_xp_and_told",
    ),
    (
        "lists come from a replica in newer versions: a new row is not in them yet",
        "worker.publish.publish_reps",
        FLOORS,
        "test_a_row_that_a_replica_does_not_show_yet_is_made_once",
    ),
    (
        "… a changed row is as it was",
        "programs.progression.writeback.plan_write",
        FLOORS,
        "test_an_older_state_of_a_row_is_not_taken_for_the_row",
    ),
    (
        "… what changed just before a sweep is not in it",
        "worker.sweep.OVERLAP",
        FLOORS,
        "test_what_a_replica_shows_late_is_in_the_next_sweep",
    ),
    (
        "… the object that setup made is not in them",
        "onboarding.setup.carry_out",
        "tests/onboarding/test_setup.py",
        "test_what_it_just_made_need_not_be_listed",
    ),
    (
        "webhooks beyond 60 a minute are dropped in newer versions, as any lost webhook",
        "worker.sweep.sweep",
        "tests/flow/test_sales_floor.py",
        "test_a_lossy_floor_without_any_webhook_ends_as_it_expects",
    ),
    (
        "private targets of webhooks are blocked since January 2026",
        "onboarding.doctor.round_trip.judge_round_trip",
        "tests/onboarding/test_doctor_round_trip.py",
        "test_a_webhook_that_is_lost_is_told",
    ),
    (
        "which version it is, as far as metadata shows",
        "onboarding.doctor.workspace.judge_version",
        "tests/onboarding/test_doctor.py",
        "test_the_version_is_told",
    ),
)


@pytest.mark.parametrize(
    ("met_in", "file", "test"), [row[1:] for row in DIFFERENCES], ids=[row[0] for row in DIFFERENCES]
)
def test_each_difference_is_met_and_shown(met_in: str, file: str, test: str) -> None:
    """What meets it and the test that shows it are there under these names."""
    parts = met_in.split(".")
    module = next(".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1) if _is_module(parts[:length]))
    attrgetter(met_in.removeprefix(f"{module}."))(importlib.import_module(module))
    assert f"def {test}(" in (ROOT / file).read_text()


def _is_module(parts: list[str]) -> bool:
    return ROOT.joinpath(*parts).with_suffix(".py").is_file()
