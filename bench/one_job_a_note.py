"""The plain way of digesting: a job for each note, which does the same work for that one alone."""

from worker.digest import digest_batch
from worker.parts import installed_parts

JOB = "bench.one_job_a_note.digest_note"
QUEUE = "bench-one-job-a-note"


def digest_note() -> None:
    """Reads one note of the inbox, and keeps what it tells, in a transaction of its own."""
    digest_batch(installed_parts(), 1)
