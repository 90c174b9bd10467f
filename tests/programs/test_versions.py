"""Versions: which of a record's versions counts does not depend on how or when it came in."""

from datetime import datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from progression_factories import at, note_content, version

from programs.progression.contents import NoteContent
from programs.progression.versions import Newest, Version, is_destroyed, latest, newest

OLD = note_content("Call - NO_ANSWER | 0:10 | Jane")
NEW = note_content("Call - CONTACT | 2:05 | Jane")


def test_the_newest_updated_at_counts() -> None:
    """A version that comes in late does not replace a newer one."""
    assert newest([version(NEW, 2), version(OLD, 1)]) == Newest(NEW, at(2), live=True)


def test_among_equal_updated_at_the_sweeps_read_wins() -> None:
    """Two writes in one millisecond: what the API shows afterwards is what is there, whatever the hashes say."""
    for swept, hooked in ((OLD, NEW), (NEW, OLD)):
        assert newest([version(swept, 1, swept_s=9), version(hooked, 1)]).content == swept


def test_among_equal_reads_of_sweeps_the_later_sweep_wins() -> None:
    """The second of two writes in one millisecond can come after the first sweep."""
    for first, second in ((OLD, NEW), (NEW, OLD)):
        assert newest([version(second, 1, swept_s=20), version(first, 1, swept_s=10)]).content == second


def test_among_equals_that_no_sweep_saw_the_greater_hash_wins() -> None:
    """Until a sweep tells, every worker picks the same one."""
    versions = [version(OLD, 1), version(NEW, 1)]
    assert newest(versions).content == max(versions, key=lambda v: v.content_hash).content


def test_a_newer_version_beats_the_sweeps_read_of_an_older_one() -> None:
    """The sweep's word only breaks ties."""
    assert newest([version(OLD, 1, swept_s=9), version(NEW, 2)]).content == NEW


def test_a_soft_deleted_record_is_there_but_not_live() -> None:
    """Its last content is still known; restoring it makes it live again."""
    deleted = [version(OLD, 1), version(NEW, 2, deleted=True)]
    assert newest(deleted) == Newest(NEW, at(2), live=False)
    assert newest([*deleted, version(NEW, 3)]).live


def test_destroyed_beats_every_updated_at() -> None:
    """A destroyed record carries the updatedAt of the version before, and a later one does not bring it back."""
    assert not newest([version(OLD, 1), version(OLD, 1, destroyed_s=5)]).live
    assert not newest([version(OLD, 1, destroyed_s=5), version(NEW, 60)]).live


def test_only_a_sweep_begun_after_the_destruction_revives() -> None:
    """A sweep that began before may have read the record just before it went."""
    destroyed = version(OLD, 1, destroyed_s=5)
    assert not newest([destroyed, version(OLD, 1, swept_s=4)]).live
    assert not newest([destroyed, version(OLD, 1, swept_s=5)]).live
    assert newest([destroyed, version(OLD, 1, swept_s=6)]).live
    assert newest([destroyed, version(OLD, 1, swept_s=6), version(NEW, 0, swept_s=4)]).live


def test_of_a_destroyed_record_the_last_content_seen_alive_counts() -> None:
    """What Twenty tells along with the destruction replaces nothing of the same updatedAt."""
    for alive, told in ((OLD, NEW), (NEW, OLD)):
        assert newest([version(told, 1, destroyed_s=5), version(alive, 1)]).content == alive


def test_destroyed_again_after_its_revival_is_dead_again() -> None:
    """The last destruction counts."""
    seen = [version(OLD, 1, destroyed_s=5), version(OLD, 1, swept_s=6)]
    assert not newest([*seen, version(NEW, 2, destroyed_s=7)]).live


def test_a_revived_record_can_be_soft_deleted() -> None:
    """Being seen by a sweep undoes the destruction, not a deletedAt."""
    assert not newest([version(OLD, 1, destroyed_s=5), version(OLD, 2, deleted=True, swept_s=6)]).live


SECONDS = st.integers(0, 4)
VERSIONS = st.builds(
    version,
    st.sampled_from([OLD, NEW, note_content("Groceries")]),
    SECONDS,
    deleted=st.booleans(),
    destroyed_s=st.none() | SECONDS,
    swept_s=st.none() | SECONDS,
)


@given(st.lists(VERSIONS, min_size=1, max_size=6), st.randoms())
def test_order_and_number_make_no_difference(versions: list[Version[NoteContent]], shuffler: Random) -> None:
    """Any order of the same versions, each any number of times, gives the same answer."""
    found = newest(versions)
    again = versions + shuffler.sample(versions, shuffler.randint(0, len(versions)))
    shuffler.shuffle(again)
    assert newest(again) == found


@given(st.lists(VERSIONS, min_size=1, max_size=6))
def test_what_counts_is_one_of_the_newest(versions: list[Version[NoteContent]]) -> None:
    """The answer is a version with the greatest updatedAt, and dead after a destruction that no sweep outlived."""
    found = newest(versions)
    last: datetime = max(v.updated_at for v in versions)
    assert found.updated_at == last
    assert found.content in [v.content for v in versions if v.updated_at == last]
    gone = max((v.destroyed_at for v in versions if v.destroyed_at), default=None)
    if gone and not any(v.swept_at and v.swept_at > gone for v in versions):
        assert not found.live


@given(st.lists(VERSIONS, min_size=1, max_size=6))
def test_a_record_is_live_unless_its_latest_version_is_deleted_or_it_is_destroyed(
    versions: list[Version[NoteContent]],
) -> None:
    """What is looked at alone, for a tombstone, agrees with what counts."""
    last = latest(versions)
    assert newest(versions) == Newest(
        last.content, last.updated_at, live=last.deleted_at is None and not is_destroyed(versions)
    )
