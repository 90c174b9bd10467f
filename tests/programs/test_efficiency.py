"""The five efficiency metrics with the seed's denominators."""

from decimal import Decimal

from programs.progression.efficiency import Rate, as_json, efficiency
from programs.progression.figures import Figures

FIGURES = Figures(
    total_calls=60,
    known_duration_calls=48,
    sub_thirty_calls=20,
    over_two_minute_calls=9,
    appointments_set=4,
    appointments_held=3,
    leads_called=8,
    leads_full_cadence=6,
)


def test_each_metric_has_its_denominator() -> None:
    """Drops, appointments and long calls are of all calls, cadences of leads called, shows of appointments set."""
    found = efficiency(FIGURES)
    assert found.sub_thirty_drop == Rate(20, 60)
    assert found.call_to_appointment == Rate(4, 60)
    assert found.two_plus_minutes == Rate(9, 60)
    assert found.cadence_completion == Rate(6, 8)
    assert found.show == Rate(3, 4)
    assert found.unknown_duration == Rate(12, 60)


def test_without_data_there_is_no_rate() -> None:
    """Nothing out of nothing is None, not 0 %."""
    found = efficiency(Figures())
    assert [found.sub_thirty_drop.value, found.cadence_completion.value, found.show.value] == [None, None, None]


def test_rates_are_rounded_to_four_places() -> None:
    """A third is 0.3333."""
    assert efficiency(FIGURES).sub_thirty_drop.value == Decimal("0.3333")


def test_the_row_holds_rates_as_numbers_with_their_counts() -> None:
    """The JSON of the row has a number, or null without data, and what it was made of."""
    written = as_json(efficiency(FIGURES))
    assert written["sub30sDropRate"] == {"rate": 0.3333, "have": 20, "of": 60}
    assert written["showRate"] == {"rate": 0.75, "have": 3, "of": 4}
    assert as_json(efficiency(Figures()))["showRate"] == {"rate": None, "have": 0, "of": 0}
    assert as_json(efficiency(FIGURES)) == written
