"""How figures, times and texts from outside are said on pages: filters of the templates."""

import unicodedata
from datetime import UTC, date, datetime
from math import floor

from markupsafe import Markup, escape

# Control, format (bidi marks and the like), surrogate, private and unassigned characters.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_STEPS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def outside(text: object, none: str = "–") -> Markup:
    """A text from outside (a name, a word of the dialer): shown as text, whole in its own direction.

    What nobody sees but machines obey is replaced; the `none` stands for no text.
    """
    if text is None or text == "":
        return escape(none)
    return Markup("<bdi>{}</bdi>").format(visible(text))


def visible(text: object) -> str:
    """The same where no element can stand, as in an option or an attribute."""
    said = str(text)
    if said.isprintable():  # nearly everything is, and is told so quickly
        return said
    return "".join("�" if unicodedata.category(each) in _UNSEEN else each for each in said)


def moment(at: datetime | None, none: str = "never") -> Markup:
    """`2026-11-21 14:05:10` UTC, for a column of times."""
    return Markup("<time datetime='{}'>{:%Y-%m-%d %H:%M:%S}</time>").format(*_both(at)) if at else escape(none)


def ago(at: datetime | None, none: str = "never") -> Markup:
    """`3 min ago`, with the time itself for who points at it."""
    if at is None:
        return escape(none)
    said = span((datetime.now(UTC) - at).total_seconds())
    iso, utc = _both(at)
    return Markup("<time datetime='{}' title='{:%Y-%m-%d %H:%M:%S} UTC'>{} ago</time>").format(iso, utc, said)


def day(on: date | None, none: str = "–") -> str:
    """`Sat 21 Nov 2026`."""
    return none if on is None else f"{on:%a %-d %b %Y}"


def span(seconds: float | None, none: str = "–") -> str:
    """`42 s`, `3 min`, `2 h 5 min`, `4 d 3 h`: the largest part and the next one, and seconds only under a minute."""
    if seconds is None:
        return none
    left = max(round(seconds), 0)
    first = next((at for at, (size, _) in enumerate(_STEPS) if left >= size), len(_STEPS) - 1)
    parts = [f"{left // _STEPS[first][0]} {_STEPS[first][1]}"]
    size, unit = _STEPS[min(first + 1, len(_STEPS) - 1)]
    if size > 1 and (rest := left % _STEPS[first][0] // size):
        parts.append(f"{rest} {unit}")
    return " ".join(parts)


def number(value: float | None, none: str = "–") -> str:
    """`12,345`, `0.5`."""
    if value is None:
        return none
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:,.1f}"


def percent(value: float | None, none: str = "–") -> str:
    """`43 %`, `17.7 %` of a part from 0 to 1; never rounded up, as 2.6 % does not meet `at least 3 %`."""
    return none if value is None else f"{floor(round(value * 1000, 6)) / 10:g} %"


def commands(text: str) -> Markup:
    """A text of ours with what stands between backticks shown as code."""
    parts = [Markup("<code>{}</code>") if at % 2 else Markup("{}") for at in range(text.count("`") + 1)]
    return Markup("").join(part.format(words) for part, words in zip(parts, text.split("`"), strict=True))


def _both(at: datetime) -> tuple[str, datetime]:
    utc = at.astimezone(UTC)
    return utc.isoformat(timespec="seconds"), utc


FILTERS = {each.__name__: each for each in (outside, visible, moment, ago, day, span, number, percent, commands)}
