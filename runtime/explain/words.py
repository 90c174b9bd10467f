"""How texts and times are printed on a page."""

from datetime import UTC, datetime

from rich.text import Text


def plain(text: str, style: str = "") -> Text:
    """A text as it is, without markup; what would steer a terminal (names and words come from outside) is replaced."""
    return Text("".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text), style)


def moment(at: datetime | None) -> str:
    """`2026-11-21 02:48:10`, in UTC; `never` for None."""
    return "never" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
