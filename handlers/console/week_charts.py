"""Charts of a rep's weeks: bars in an SVG that is made here, and the same figures as a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from programs.progression.metric_marks import Marked
from programs.progression.progress import Week

WIDTH, HEIGHT, GAP = 300.0, 84.0, 4.0
RECENT = 4
Weeks = Sequence[Week]


@dataclass(frozen=True, slots=True)
class ChartBar:
    """A week's bar in units of the drawing (300 by 84); `told` is its figure, None for a week without calls."""

    x: float
    y: float
    width: float
    height: float
    on: date
    told: str | None
    recent: bool


@dataclass(frozen=True, slots=True)
class WeekChart:
    """One figure over the weeks, the oldest first: of the last four and, where there are more, of all.

    `mark_y` is where a line says what the next mark is.
    """

    title: str
    bars: tuple[ChartBar, ...]
    recent: str
    all: str | None
    better: bool | None
    mark_y: float | None
    mark: str


@dataclass(frozen=True, slots=True)
class _Series:
    """`of` gives the figure of some weeks taken together, None without data; the mark of `metric` is drawn."""

    title: str
    of: Callable[[Weeks], float | None]
    unit: str = ""
    metric: str | None = None
    less_is_better: bool = False


def _share(weeks: Weeks, of: Callable[[Week], int]) -> float | None:
    calls = sum(week.totals.calls for week in weeks)
    return 100 * sum(map(of, weeks)) / calls if calls else None


def _calls_a_day(weeks: Weeks) -> float | None:
    days = sum(week.call_days for week in weeks)
    return sum(week.totals.calls for week in weeks) / days if days else None


SERIES = (
    _Series("XP a week", lambda weeks: sum(week.totals.xp for week in weeks) / len(weeks) if weeks else None),
    _Series("Calls a day", _calls_a_day),
    _Series(
        "Calls under 30 s",
        lambda weeks: _share(weeks, lambda week: week.totals.sub_thirty),
        " %",
        "sub30sDropRate",
        less_is_better=True,
    ),
    _Series(
        "Calls beyond 2 min",
        lambda weeks: _share(weeks, lambda week: week.totals.over_two_minutes),
        " %",
        "twoPlusMinRate",
    ),
    _Series(
        "Appointments a week",
        lambda weeks: sum(week.totals.appointments for week in weeks) / len(weeks) if weeks else None,
    ),
)


def week_charts(weeks: Weeks, metrics: Mapping[str, Marked]) -> tuple[WeekChart, ...]:
    """The charts of the last weeks. Averages leave out the weeks before the rep's first."""
    return tuple(_chart(series, weeks, metrics) for series in SERIES)


def week_rows(weeks: Weeks) -> list[tuple[date, tuple[str, ...]]]:
    """The same figures, newest first: the week's first day and its figures in the order of the charts."""
    return [(week.first_on, tuple(_told(series, series.of([week])) for series in SERIES)) for week in reversed(weeks)]


def _chart(series: _Series, weeks: Weeks, metrics: Mapping[str, Marked]) -> WeekChart:
    values = [series.of([week]) for week in weeks]
    mark = metrics[series.metric].following or metrics[series.metric].reached if series.metric else None
    top = max([value for value in values if value is not None] + [mark.percent if mark else 0], default=0) or 1
    since_first = _since_first(weeks)
    recent, earlier = since_first[-RECENT:], since_first[:-RECENT]
    return WeekChart(
        title=series.title,
        bars=tuple(
            _bar(series, n, week, value, top, len(weeks))
            for n, (week, value) in enumerate(zip(weeks, values, strict=True))
        ),
        recent=_told(series, series.of(recent)),
        all=_told(series, series.of(since_first)) if earlier else None,
        better=_better(series, series.of(recent), series.of(earlier)),
        mark_y=None if mark is None else round(HEIGHT - HEIGHT * mark.percent / top, 2),
        mark=f"{mark.percent} %" if mark else "",
    )


def _bar(series: _Series, place: int, week: Week, value: float | None, top: float, count: int) -> ChartBar:
    step = WIDTH / count
    height = round(HEIGHT * (value or 0) / top, 2)
    return ChartBar(
        x=round(place * step + GAP / 2, 2),
        y=round(HEIGHT - height, 2),
        width=round(step - GAP, 2),
        height=height,
        on=week.first_on,
        told=None if value is None else _told(series, value),
        recent=place >= count - RECENT,
    )


def _since_first(weeks: Weeks) -> Weeks:
    first = next((place for place, week in enumerate(weeks) if week.totals.calls or week.totals.xp), len(weeks))
    return weeks[first:]


def _better(series: _Series, recent: float | None, earlier: float | None) -> bool | None:
    """None where there is nothing to compare, or nothing has changed."""
    if recent is None or earlier is None or _told(series, recent) == _told(series, earlier):
        return None
    return (recent < earlier) == series.less_is_better


def _told(series: _Series, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}{series.unit}" if value >= 100 or series.unit else f"{value:,.1f}"
