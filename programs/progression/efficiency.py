"""The five efficiency metrics: the seed's diagnosis of where a rep needs training."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from programs.progression.figures import Figures
from programs.progression.row_json import Json

PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Rate:
    """`have` out of `of`, both counts."""

    have: int
    of: int

    @property
    def value(self) -> Decimal | None:
        """The share, usually 0 to 1, rounded to 4 places; None without data (`of` is 0)."""
        return (Decimal(self.have) / self.of).quantize(PLACES, ROUND_HALF_EVEN) if self.of else None


@dataclass(frozen=True, slots=True)
class Efficiency:
    """The five metrics, and the share of calls whose duration is unknown (it waters down 1 and 3)."""

    sub_thirty_drop: Rate
    call_to_appointment: Rate
    two_plus_minutes: Rate
    cadence_completion: Rate
    show: Rate
    unknown_duration: Rate


def efficiency(figures: Figures) -> Efficiency:
    """The metrics with the seed's denominators: total calls (three times), leads called, appointments set."""
    calls = figures.total_calls
    return Efficiency(
        sub_thirty_drop=Rate(figures.sub_thirty_calls, calls),
        call_to_appointment=Rate(figures.appointments_set, calls),
        two_plus_minutes=Rate(figures.over_two_minute_calls, calls),
        cadence_completion=Rate(figures.leads_full_cadence, figures.leads_called),
        show=Rate(figures.appointments_held, figures.appointments_set),
        unknown_duration=Rate(calls - figures.known_duration_calls, calls),
    )


def as_json(metrics: Efficiency) -> dict[str, Json]:
    """What repProgressions.efficiencyMetrics holds: {metric: {rate: 0–1 or null, have, of}}."""
    return {
        "sub30sDropRate": _rate_json(metrics.sub_thirty_drop),
        "callToApptRate": _rate_json(metrics.call_to_appointment),
        "twoPlusMinRate": _rate_json(metrics.two_plus_minutes),
        "cadenceCompletionRate": _rate_json(metrics.cadence_completion),
        "showRate": _rate_json(metrics.show),
        "unknownDurationShare": _rate_json(metrics.unknown_duration),
    }


def _rate_json(rate: Rate) -> dict[str, Json]:
    value = rate.value
    return {"rate": None if value is None else float(value), "have": rate.have, "of": rate.of}
