"""Many webhooks at once share commits, and nothing else."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from threading import Event

import pytest
from embedded_servers import wait_until
from structlog.testing import capture_logs

from handlers.group_commit import GroupCommit
from ledger.errors import LedgerUnavailable
from ledger.inbox import Stored
from schemas.delivery import NewDelivery

AT = datetime(2026, 11, 21, tzinfo=UTC)


def delivery(key: str) -> NewDelivery:
    """One of Twenty's."""
    return NewDelivery("twenty", key, b"{}", {}, AT)


class Slow:
    """A store whose first commit lasts until it is let go, and that refuses what `errors` names."""

    def __init__(self) -> None:
        self.commits: list[list[str]] = []
        self.kept: list[str] = []
        self.errors: dict[str, BaseException] = {}
        self.go_on = Event()
        self.wakes = 0

    def store_new(self, new: Sequence[NewDelivery]) -> list[Stored | None]:
        """Keeps all or none."""
        keys = [each.key for each in new]
        self.commits.append(keys)
        assert self.go_on.wait(10)
        for key in keys:
            if key in self.errors:
                raise self.errors[key]
        return [self._kept(number, key) for number, key in enumerate(keys)]

    def _kept(self, number: int, key: str) -> Stored | None:
        if key in self.kept:
            return None
        self.kept.append(key)
        return Stored(number, is_new=True)

    def wake(self) -> None:
        """Counts."""
        self.wakes += 1


@pytest.fixture
def slow() -> Slow:
    """An empty one."""
    return Slow()


@pytest.fixture
def sent(slow: Slow) -> Iterator[Callable[..., list[Future[Stored | None]]]]:
    """Sends deliveries of these keys, each in a thread of its own: the first is being committed while others come."""
    commit = GroupCommit(slow.store_new, slow.wake)
    with ThreadPoolExecutor(8) as pool:

        def send(first: str, *others: str) -> list[Future[Stored | None]]:
            answers = [pool.submit(commit, delivery(first))]
            assert wait_until(lambda: bool(slow.commits))
            for number, key in enumerate(others, start=1):
                answers.append(pool.submit(commit, delivery(key)))
                assert wait_until(lambda number=number: len(commit._waiting) == number)
            slow.go_on.set()
            return answers

        yield send
        slow.go_on.set()


def test_those_who_come_during_a_commit_share_the_next(
    slow: Slow, sent: Callable[..., list[Future[Stored | None]]]
) -> None:
    """Five deliveries take two commits and one wake, as the second follows at once; each sender hears of its own."""
    answers = sent("a", "b", "c", "d", "e")
    assert [answer.result(10) for answer in answers] == [
        Stored(0, True), *(Stored(number, True) for number in range(4))
    ]  # fmt: skip
    assert slow.commits == [["a"], ["b", "c", "d", "e"]]
    assert slow.wakes == 1


def test_nobody_is_told_before_the_own_commit(slow: Slow) -> None:
    """While the first commit lasts neither its sender nor who waits behind it has an answer."""
    commit = GroupCommit(slow.store_new, slow.wake)
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(commit, delivery(key)) for key in ("a", "b")]
        assert wait_until(lambda: len(slow.commits) == 1 and len(commit._waiting) == 1)
        assert wait([*answers], timeout=0.2).done == set()
        slow.go_on.set()
        assert all(answer.result(10).is_new for answer in answers)


def test_commits_that_follow_each_other_wake_after_four_and_at_the_end() -> None:
    """Ten commits, during each but the last of which another delivery comes, wake three times."""
    commits: list[int] = []
    answers: list[Future[Stored | None]] = []
    wakes: list[None] = []

    def store_new(new: Sequence[NewDelivery]) -> list[Stored | None]:
        commits.append(len(new))
        if len(commits) < 10:
            answers.append(pool.submit(commit, delivery(str(len(commits)))))
            assert wait_until(lambda: bool(commit._waiting))
        return [Stored(len(commits), is_new=True)]

    commit = GroupCommit(store_new, lambda: wakes.append(None))
    with ThreadPoolExecutor(10) as pool:
        commit(delivery("0"))
        assert wait_until(lambda: len(commits) == 10)
    assert commits == [1] * 10
    assert all(answer.result().is_new for answer in answers)
    assert len(wakes) == 3


def test_a_repeat_is_left_to_its_sender(slow: Slow, sent: Callable[..., list[Future[Stored | None]]]) -> None:
    """Whether its first stands beside it or came before; a commit of repeats alone wakes nobody."""
    answers = sent("a", "b", "b", "c")
    assert [answer.result(10) is None for answer in answers] == [False, False, True, False]
    assert slow.commits == [["a"], ["b", "b", "c"]]
    assert sent("a")[0].result(10) is None
    assert slow.wakes == 1
    assert len(slow.commits) == 3


def test_a_poison_neighbour_harms_nobody(slow: Slow, sent: Callable[..., list[Future[Stored | None]]]) -> None:
    """Only the sender of what the ledger can't keep hears of it; those beside it are kept."""
    slow.errors = {"c": ValueError("poison")}
    answers = sent("a", "b", "c", "d", "e")
    assert isinstance(answers.pop(2).exception(10), ValueError)
    assert all(answer.result(10).is_new for answer in answers)
    assert sorted(slow.kept) == ["a", "b", "d", "e"]


def test_a_ledger_that_is_away_is_asked_once_for_all(
    slow: Slow, sent: Callable[..., list[Future[Stored | None]]]
) -> None:
    """All are told so, and none waits for a connection that does not come to another; then it is back."""
    slow.errors = {"c": LedgerUnavailable("away")}
    answers = sent("a", "b", "c", "d")
    assert answers[0].result(10).is_new
    assert [type(answer.exception(10)) for answer in answers[1:]] == [LedgerUnavailable] * 3
    assert slow.commits == [["a"], ["b", "c", "d"]]
    slow.errors = {}
    assert sent("e")[0].result(10).is_new


def test_a_leader_that_is_cut_off_leaves_nobody_waiting(
    slow: Slow, sent: Callable[..., list[Future[Stored | None]]]
) -> None:
    """Those of its commit get an error; who waited behind it is served."""
    slow.errors = {"b": SystemExit()}
    answers = sent("a", "b", "c")
    assert isinstance(answers[1].exception(10), SystemExit)
    assert isinstance(answers[2].exception(10), LedgerUnavailable)
    assert sent("d")[0].result(10).is_new


def test_a_wake_that_fails_harms_nobody(slow: Slow) -> None:
    """All is committed, and one warning names the error's class."""
    slow.go_on.set()

    def fail() -> None:
        raise OSError("secret")

    with capture_logs() as logs:
        assert GroupCommit(slow.store_new, fail)(delivery("a")).is_new
    assert logs == [{"event": "wake_failed", "error": "OSError", "log_level": "warning"}]
