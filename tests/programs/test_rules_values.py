"""The values of a rules file with their sources and lines, and how two files differ."""

from importlib.resources import files

import pytest

from programs.progression.element_names import element_names
from programs.progression.rules import RulesError
from programs.progression.rules_values import RuleChange, RuleValue, rule_changes, rule_values

SHIPPED = files("programs.progression").joinpath("rules.toml").read_text(encoding="utf-8")
SMALL = """version = "1"
[xp]
dial = { value = 2, source = "seed" }
[[ranks]]
code = "E-1"
gates = [
    { kind = "dials", at_least = 5, source = "seed" },
    { kind = "team_metrics", source = "default" },
]
[[ranks]]
code = "E-2"
gates = []
"""


def test_each_value_has_its_source_and_line() -> None:
    """A leaf's value, a gate's number, a gate without one; ranks and gates go by code and kind."""
    assert rule_values(SMALL) == (
        RuleValue("version", "1", None, 1),
        RuleValue("xp.dial", 2, "seed", 3),
        RuleValue("ranks[E-1].gates[dials].at_least", 5, "seed", 7),
        RuleValue("ranks[E-1].gates[team_metrics]", None, "default", 8),
    )


def test_every_number_of_the_shipped_file_has_a_source() -> None:
    """Only the version and the ranks' names need none, and no key comes twice."""
    values = rule_values(SHIPPED)
    assert {each.key for each in values if each.source is None} == {
        "version",
        *(f"ranks[E-{number}].name" for number in range(1, 8)),
    }
    assert len({each.key for each in values}) == len(values)
    lines = SHIPPED.splitlines()
    assert all(f'source = "{each.source}"' in lines[each.line - 1] for each in values if each.source)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("dial = { value = 2", "dial = { value = 3", [RuleChange("xp.dial", "changed", 2, 3)]),
        ('source = "seed" }\n[[', 'source = "default" }\n[[', []),
        (
            '    { kind = "dials", at_least = 5,',
            '    { kind = "deals", at_least = 1, source = "seed" },\n    { kind = "dials", at_least = 5,',
            [RuleChange("ranks[E-1].gates[deals].at_least", "added", None, 1)],
        ),
        (
            '    { kind = "team_metrics", source = "default" },\n',
            "",
            [RuleChange("ranks[E-1].gates[team_metrics]", "removed", None, None)],
        ),
        ('code = "E-2"', 'code = "E-2"\nname = "Two"', [RuleChange("ranks[E-2].name", "added", None, "Two")]),
    ],
)
def test_two_files_differ_by_what_is_meant(old: str, new: str, changes: list[RuleChange]) -> None:
    """A changed number, another source, a gate put in between or taken away: only that is told."""
    assert old in SMALL
    assert list(rule_changes(rule_values(SMALL), rule_values(SMALL.replace(old, new, 1)))) == changes


def test_what_is_no_toml_is_told_with_its_line() -> None:
    """The values of a file that can't be parsed are not guessed."""
    with pytest.raises(RulesError, match="line 2: the file: is not TOML"):
        rule_values("version = 1\nxp\n")


def test_elements_of_the_same_name_are_numbered() -> None:
    """Two gates of a kind stay two; what has no name goes by its place."""
    named = [{"kind": "exam"}, {"kind": "exam"}, {"other": 1}]
    assert element_names(named, ("code", "kind")) == ["exam", "exam 2", "2"]
