"""Filters read as the ones a real Twenty accepted."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from twenty_client.filters import and_, eq, gte, in_, is_not_null, is_null, lte, or_

MOMENT = datetime(2026, 11, 21, 1, 43, 13, 48_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("built", "expected"),
    [
        (eq("title", "Other note"), 'title[eq]:"Other note"'),
        (eq("title", "a, b"), 'title[eq]:"a, b"'),
        (eq("title", "[REP] it's (odd)"), 'title[eq]:"[REP] it\'s (odd)"'),
        (eq("points", 0), "points[eq]:0"),
        (eq("points", 1.5), "points[eq]:1.5"),
        (eq("isOpen", True), "isOpen[eq]:true"),
        (eq("createdBy.source", "API"), 'createdBy.source[eq]:"API"'),
        (gte("updatedAt", MOMENT), 'updatedAt[gte]:"2026-11-21T01:43:13.048Z"'),
        (
            lte("updatedAt", MOMENT.astimezone(timezone(timedelta(hours=2)))),
            'updatedAt[lte]:"2026-11-21T01:43:13.048Z"',
        ),
        (in_("id", ["a-1", "b-2"]), 'id[in]:["a-1","b-2"]'),
        (is_null("deletedAt"), "deletedAt[is]:NULL"),
        (
            and_(gte("points", 1), or_(is_null("deletedAt"), is_not_null("deletedAt"))),
            "and(points[gte]:1,or(deletedAt[is]:NULL,deletedAt[is]:NOT_NULL))",
        ),
        (and_("points[gte]:1"), "points[gte]:1"),
    ],
)
def test_filter(built: str, expected: str) -> None:
    """Each builder writes the form that was recorded to work."""
    assert built == expected


@pytest.mark.parametrize("text", ["a ( b", "a ) b", ")(", 'say "hi"', "nul\0", "two\nlines"])
def test_what_twenty_cannot_express_is_refused(text: str) -> None:
    """A text that would end its quotes, or make the filter invalid, raises and is not repeated."""
    with pytest.raises(ValueError) as caught:
        eq("title", text)
    assert text not in str(caught.value)


@pytest.mark.parametrize("values", [[], ["a,b"], ['"']])
def test_in_refuses(values: list[str]) -> None:
    """An empty `in` is a 400 of Twenty's, and a comma would split a value in two: both raise."""
    with pytest.raises(ValueError):
        in_("id", values)


def test_field_must_be_a_name() -> None:
    """A field with syntax in it raises: it would add a filter of its own."""
    with pytest.raises(ValueError):
        eq("id[eq]:1,title", "x")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), datetime(2026, 1, 1)])  # noqa: DTZ001
def test_value_must_mean_something(value: float | datetime) -> None:
    """Numbers that are none and times without a zone raise."""
    with pytest.raises(ValueError):
        gte("points", value)


@pytest.mark.parametrize("build", [and_, or_])
def test_joining_nothing_is_refused(build: object) -> None:
    """An `and` or `or` of no filters, or of an empty one, would match every row: it raises."""
    assert callable(build)
    for filters in ((), ("",)):
        with pytest.raises(ValueError):
            build(*filters)
