"""What somebody plants in Redis is never unpickled: jobs are JSON."""

import pickle
from pathlib import Path

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import DefaultSerializer, JSONSerializer

from worker.wake import DIGEST, Wake, queue_name


class Trap:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (_spring, (self._path,))


def _spring(path: str) -> None:
    Path(path).write_text("sprung")


def test_a_pickled_job_is_never_loaded(redis_url: str, tmp_path: Path) -> None:
    """A worker that takes it fails the job and goes on to ours; nothing in it is executed."""
    redis, sprung = Redis.from_url(redis_url), tmp_path / "sprung"
    planted = Queue(queue_name(DIGEST), connection=redis, serializer=DefaultSerializer)
    planted.enqueue("worker.digest.digest_job", Trap(sprung))
    pickle.loads(pickle.dumps(Trap(tmp_path / "works")))
    worker = SimpleWorker([Wake(redis).queue(DIGEST)], connection=redis, serializer=JSONSerializer)
    worker.work(burst=True)
    assert (tmp_path / "works").exists()
    assert not sprung.exists()
    assert redis.llen(f"rq:queue:{queue_name(DIGEST)}") == 0


def test_wakes_are_json_without_arguments(redis_url: str) -> None:
    """A job says which function to run and nothing else."""
    redis = Redis.from_url(redis_url)
    Wake(redis)(DIGEST)
    (job,) = Wake(redis).queue(DIGEST).jobs
    assert (job.func_name, job.args, job.kwargs, job.serializer) == (DIGEST, [], {}, JSONSerializer)
