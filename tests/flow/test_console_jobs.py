"""The console's page of failed jobs: seen, previewed, woken again; and Redis away, told in words."""

import re
from dataclasses import replace

import pytest
from console import Visit, read
from floor import Floor
from redis import Redis
from rq.registry import FailedJobRegistry
from rq.results import Result
from world import World

from handlers.console.jobs import PAGE
from twenty_client.redis_outage import impatient_redis
from worker.wake import DIGEST, PUBLISH, Wake

TOLD = "worker.failures.JobFailed: KeyError at digest.py:81\n"


@pytest.fixture
def failing(world: World, redis_url: str) -> Floor:
    """Two digests and a publish failed for good."""
    floor = world.floor
    wake = Wake(Redis.from_url(redis_url))
    floor.parts = replace(floor.parts, wake=wake)
    for path in (DIGEST, DIGEST, PUBLISH):
        queue = wake.queue(path)
        job = queue.enqueue(path)
        queue.remove(job)
        FailedJobRegistry(queue=queue).add(job, 86_400)
        Result.create_failure(job, 86_400, TOLD)
    return floor


def waiting(floor: Floor) -> dict[str, int]:
    """How many jobs wait, by path."""
    return {path: floor.parts.wake.queue(path).count for path in (DIGEST, PUBLISH)}


def test_failed_jobs_are_shown_previewed_and_woken_again(failing: Floor) -> None:
    """The preview wakes nothing; then each kind is woken once, and the page is empty and says so."""
    visit = Visit(failing)
    page = visit.get("/jobs").get_data(as_text=True)
    assert page.count("KeyError at digest.py:81") == 3
    ids = [each.split('"')[0] for each in page.split('name="id" value="')[1:]]
    preview = read(visit.send("/jobs/preview", scope="all"))
    assert "Requeue 3 jobs?" in preview
    assert "digest, for 2 that failed publish, for 1 that failed" in preview
    assert "Requeue 1 job?" in read(visit.send("/jobs/preview", scope="selected", id=ids[:1]))
    assert waiting(failing) == {DIGEST: 0, PUBLISH: 0}
    page = read(visit.follow(visit.send("/jobs/requeue", id=ids)))
    assert "The work of 3 failed jobs was asked for again." in page
    assert "No job failed in the last day." in page
    assert waiting(failing) == {DIGEST: 1, PUBLISH: 1}
    assert failing.ledger("SELECT actor FROM audit_log WHERE subject = 'jobs'") == [{"actor": "an-ops"}]
    assert visit.send("/jobs/preview", scope="selected", id=ids).status_code == 400


def test_failed_jobs_come_a_page_at_a_time(failing: Floor) -> None:
    """Each is on one page, the newest first; all of them can be requeued from any page."""
    queue = failing.parts.wake.queue(PUBLISH)
    for number in range(PAGE):
        job = queue.enqueue(PUBLISH)
        queue.remove(job)
        FailedJobRegistry(queue=queue).add(job, 80_000 - number)
    visit = Visit(failing)
    pages = [visit.get("/jobs", page=page).get_data(as_text=True) for page in (1, 2, 3)]
    ids = [re.findall(r'name="id" value="([^"]+)"', page) for page in pages]
    assert [len(each) for each in ids] == [PAGE, 3, 0]
    assert len({*ids[0], *ids[1]}) == PAGE + 3
    assert pages[0].count("KeyError at digest.py:81") == 3
    assert [("Older" in page, "Newer" in page) for page in pages] == [(True, False), (False, True), (False, True)]
    assert "No job failed" not in pages[2]
    assert f"Requeue {PAGE + 3} jobs?" in read(visit.send("/jobs/preview", scope="all"))
    assert "Requeue 1 job?" in read(visit.send("/jobs/preview", scope="selected", id=ids[1][:1]))


def test_a_viewer_sees_failed_jobs_and_can_t_requeue(failing: Floor) -> None:
    """No box and no button; a form sent all the same is refused."""
    viewer = Visit(failing, "viewer")
    page = viewer.get("/jobs").get_data(as_text=True)
    assert "KeyError at digest.py:81" in page
    assert "checkbox" not in page
    for path in ("/jobs/preview", "/jobs/requeue"):
        assert viewer.send(path, scope="all", id="x").status_code == 403
    assert waiting(failing) == {DIGEST: 0, PUBLISH: 0}


def test_redis_away_is_told_in_words(world: World) -> None:
    """Seeing, previewing and requeueing: each says what is away, and that nothing is lost by it."""
    floor = world.floor
    floor.parts = replace(floor.parts, wake=Wake(impatient_redis("redis://127.0.0.1:1")))
    visit = Visit(floor)
    pages = [visit.get("/jobs"), visit.send("/jobs/preview", scope="all"), visit.send("/jobs/requeue", id="x")]
    assert [answer.status_code for answer in pages] == [503, 503, 503]
    for answer in pages:
        assert "Redis is unavailable (ConnectionError): nothing was changed." in read(answer)
        assert "No job failed" not in read(answer)
