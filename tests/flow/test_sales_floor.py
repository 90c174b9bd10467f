"""A made-up sales floor, worked through the real receiver, ledger and sweep, ends where its own reckoning says."""

from sales_floor import Play, assert_as_expected, settle

from sandbox.floor import Floor, expect
from sandbox.twenty.faults import Faults


def test_a_floor_with_every_webhook_ends_as_it_expects(play: Play) -> None:
    """Eight reps and three days of calls in every form, corrections, removals, deals and trainings: each rep's figures
    in the ledger and in Twenty's row are what everybody meant."""
    floor = Floor(7, reps=8, days=3, calls_a_day=40)
    expected = expect(floor)
    assert len({rep.rank for rep in expected.reps.values()}) >= 3
    jobs = play(floor)
    settle(jobs)
    assert_as_expected(jobs, expected)


def test_a_lossy_floor_without_any_webhook_ends_as_it_expects(play: Play) -> None:
    """Whatever share of the webhooks is lost, even all: the sweep finds what the floor expects."""
    floor = Floor(11, reps=6, days=3, calls_a_day=30, lossy=True)
    jobs = play(floor, webhooks=False)
    settle(jobs)
    assert_as_expected(jobs, expect(floor))


def test_a_long_floor_ends_with_the_badges_of_many_days(play: Play) -> None:
    """Eight working days: what is measured over 7 days with calls, and streaks, come out as the floor reckons them."""
    floor = Floor(2, reps=5, days=8, calls_a_day=12)
    expected = expect(floor)
    badges = frozenset[str]().union(*(rep.badges for rep in expected.reps.values()))
    assert badges >= {"opener_elite.bronze", "conversion_champion.bronze", "engagement_master.bronze"}
    jobs = play(floor)
    settle(jobs)
    assert_as_expected(jobs, expected)


def test_fifty_reps_with_webhooks_dropped_and_doubled_end_as_they_expect(play: Play) -> None:
    """A tenth of the webhooks never comes, a tenth comes twice: the sweep makes it whole and nothing counts twice."""
    floor = Floor(11, reps=50, days=2, calls_a_day=12, lossy=True)
    jobs = play(floor, faults=Faults(seed=11, drop_share=0.1, double_share=0.1))
    struck = jobs.twenty.faults.counts
    assert sum(struck["dropped"].values()) > 100
    assert sum(struck["doubled"].values()) > 100
    settle(jobs)
    assert_as_expected(jobs, expect(floor))
