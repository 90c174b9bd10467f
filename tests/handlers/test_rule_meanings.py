"""The rules in force as people read them."""

from importlib.resources import files

from handlers.console.rule_meanings import GROUPS, meaning, rule_groups, told_value
from programs.progression.rules_values import rule_values

SHIPPED = rule_values(files("programs.progression").joinpath("rules.toml").read_text(encoding="utf-8"))


def test_every_rule_says_what_it_means() -> None:
    """No number of the shipped rules stands there without its meaning, and no table without its name."""
    assert [value.key for value in SHIPPED if not meaning(value.key)] == []
    assert {group.name for group in rule_groups(SHIPPED)} == set(GROUPS.values())


def test_groups_keep_every_rule_once_in_order() -> None:
    """Nothing is left out on the page."""
    assert [value for group in rule_groups(SHIPPED) for value, _ in group.values] == list(SHIPPED)


def test_meanings_name_what_the_key_names() -> None:
    """The rank, the module, the badge are told; a key that nobody knows means nothing."""
    assert meaning("ranks[E-3].gates[appointments].at_least") == "appointments that E-3 needs"
    assert meaning("modules.module_4.pass_mark") == "score in percent that passes module 4"
    assert meaning("no.such.key") == ""


def test_values_are_told_plainly() -> None:
    """Lists as words, numbers with thousands, nothing as a dash."""
    assert [told_value(value) for value in (["a", 1500], 25000, None, "E-1")] == ["a, 1,500", "25,000", "–", "E-1"]
