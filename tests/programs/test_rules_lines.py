"""Lines of keys in a TOML text, and mistakes that name them."""

import re
import tomllib
from importlib.resources import files

import pytest

from programs.progression.rules import RulesError, default_rules, read_rules
from programs.progression.rules_lines import LineIndex
from programs.progression.rules_mistakes import Mistake

SHIPPED = files("programs.progression").joinpath("rules.toml").read_text(encoding="utf-8")
ALL_FORMS = r"""# a comment with [brackets] and key = 1
top = 1

[a.b]
c.d = "x # y"   # a dotted key
c.e = 'it is # literal'
"quoted key" = 5
[[list]]
name = "first"
many = [
    1, # with ] in a comment
    [2,
     3],

    { deep = { er = 7 } },
]
[list.sub]
inside = true
[[list]]
text = THREE
[not.a.table]
fake = 1 \THREE still text "quoted"THREE
literal = \'\'\'
also = "text" \'\'\'
after = 1979-05-27 07:32:00
[late]
""".replace("THREE", '"' * 3).replace("\\'", "'")


def _lines(text: str, start: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), 1) if line.strip().startswith(start)]


def _line(text: str, start: str) -> int:
    (found,) = _lines(text, start)
    return found


def _leaves(value: object, path: str) -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return [each for key, inner in value.items() for each in _leaves(inner, f"{path}.{key}" if path else key)]
    if isinstance(value, list):
        return [each for index, inner in enumerate(value) for each in _leaves(inner, f"{path}[{index}]")]
    return [(path, value)]


def _last_key(path: str) -> str:
    return re.sub(r"\[\d+\]$", "", path).rpartition(".")[2]


def test_every_key_of_the_shipped_file_has_its_line() -> None:
    """The line that a key is said to stand in holds its name (an element its list's) and its value."""
    index, lines = LineIndex(SHIPPED), SHIPPED.splitlines()
    leaves = _leaves(tomllib.loads(SHIPPED), "")
    assert len(leaves) > 200
    for path, value in leaves:
        line = lines[index.line_of(path) - 1]
        assert re.search(rf"\b{_last_key(path)}\b", line), (path, line)
        assert str(value) in line, (path, line)


def test_the_same_key_of_several_tables_keeps_its_own_line() -> None:
    """Each rank's code, and the gates of each rank, are told apart by their place in the list."""
    index = LineIndex(SHIPPED)
    for at, code in enumerate(f"E-{number}" for number in range(1, 8)):
        assert index.line_of(f"ranks[{at}].code") == _line(SHIPPED, f'code = "{code}"')
    assert index.line_of("ranks[2].gates[1].kind") == _line(SHIPPED, '{ kind = "badges"')
    assert index.line_of("ranks[2]") == _line(SHIPPED, 'code = "E-3"') - 1


@pytest.mark.parametrize(
    ("path", "start"),
    [
        ("top", "top"),
        ("a", "[a.b]"),
        ("a.b", "[a.b]"),
        ("a.b.c", "c.d"),
        ("a.b.c.e", "c.e"),
        ("a.b.quoted key", '"quoted key"'),
        ("list[0].many", "many"),
        ("list[0].many[0]", "1, # with"),
        ("list[0].many[1][1]", "3],"),
        ("list[0].many[2].deep.er", "{ deep"),
        ("list[0].sub.inside", "inside"),
        ("list[1].text", "text"),
        ("list[1].after", "after"),
        ("late", "[late]"),
        ("late.nothing", "[late]"),
        ("list[0].many[1][9]", "[2,"),
        ("list[0].sub.missing.key", "[list.sub]"),
        ("nothing.at.all", "# a comment"),
    ],
)
def test_every_form_of_toml_is_followed(path: str, start: str) -> None:
    """Dotted and quoted keys, nested lists, inline tables, texts over several lines; else the nearest parent's line."""
    tomllib.loads(ALL_FORMS)
    assert LineIndex(ALL_FORMS).line_of(path) == _line(ALL_FORMS, start)


@pytest.mark.parametrize(
    ("old", "new", "at", "told"),
    [
        ("dial = { value = 2,", "dial = { value = 0,", "dial =", "xp.dial.value: must be a whole number from 1, not 0"),
        ("dial = { value = 2,", "dail = { value = 2,", "[xp]", "xp.dial: is missing"),
        ('value = 2, source = "seed"', "value = 2", "dial =", "xp.dial.source: is missing"),
        ('kind = "dials"', 'kind = "charm"', '{ kind = "charm"', "ranks[1].gates[1].kind: must be one of"),
        (
            'kind = "badges", at_least',
            'kind = "badges", most',
            '{ kind = "badges"',
            "ranks[2].gates[1].at_least: is missi",
        ),
        (
            '[[ranks]]\ncode = "E-3"\nname',
            '[[ ranks ]]\ncode = "E-3"\nnames',
            "[[ ranks ]]",
            "ranks[2].name: is missing",
        ),
        ('[streak]\ntime_zone = { value = "America/New_York", source = "default" }', "", "#", "streak: is missing"),
        ("won_from = { value", "won_form = { value", "[stages]", "stages.won_from: is missing"),
        (
            "window_days = { value = 14",
            "window_days = { value = 0",
            "window_days",
            "appointments.window_days.value: mus",
        ),
        (
            "window_days = { value = 14",
            "window_days = { value 14",
            "window_days",
            "the file: is not TOML: Expected '='",
        ),
        ("[streak]", "[ xp ]", "[ xp ]", "the file: is not TOML: Cannot declare ('xp',) twice"),
    ],
)
def test_a_mistake_names_its_line(old: str, new: str, at: str, told: str) -> None:
    """The line is the wrong key's; a missing key has that of the table it belongs in; tomllib's own is kept."""
    assert old in SHIPPED
    wrong = SHIPPED.replace(old, new, 1)
    with pytest.raises(RulesError) as error:
        read_rules(wrong)
    assert str(error.value).startswith(f"line {_lines(wrong, at)[0]}: {told}")


def test_a_file_that_ends_too_soon_names_its_last_line() -> None:
    """tomllib says only "at end of document"."""
    with pytest.raises(RulesError, match=r"line 3: the file: is not TOML: .*\(at end of document\)"):
        read_rules('version = "1"\n[xp]\ndial = [1,')


def test_all_mistakes_are_told_at_once() -> None:
    """Mistakes of several tables, and several of one, come together, in the order of their lines."""
    wrong = SHIPPED
    for old, new in (
        ("connect = { value = 3", "connect = { value = -3"),
        ("deal = { value = 300", 'deal = { value = "many"'),
        ("module_0 = { xp = { value = 50", "module_0 = { xp = { value = 0"),
        ("at_least = 100,", "at_least = 0,"),
        ("at_least_percent = 85", "at_least_percent = 850"),
        ("rookie = { value", "rookie = { worth"),
        ("dnc = { value = 90", "dnc = { value = 190"),
        ("[cadence]", "[cadences]"),
    ):
        assert old in wrong
        wrong = wrong.replace(old, new, 1)
    with pytest.raises(RulesError) as error:
        read_rules(wrong)
    assert [mistake.key for mistake in error.value.mistakes] == [
        "cadence",
        "xp.connect.value",
        "xp.deal.value",
        "modules.module_0.xp.value",
        "ranks[1].gates[1].at_least",
        "ranks[4].gates[3].at_least_percent",
        "rank_words.rookie.value",
        "rank_words.rookie.worth",
        "certification_pass_marks.dnc.value",
        "cadences",
    ]
    index = LineIndex(wrong)
    assert all(mistake.line == index.line_of(mistake.key) for mistake in error.value.mistakes)


def test_a_broken_table_makes_no_mistakes_elsewhere() -> None:
    """Ranks name modules and words name ranks: a wrong module or rank is told once, and not where it is named."""
    wrong = SHIPPED.replace("module_1 = { xp = { value = 50", "module_1 = { xp = { value = 0", 1)
    with pytest.raises(RulesError) as error:
        read_rules(wrong.replace("xp = { value = 1500", "xp = { value = 15000", 1))
    assert error.value.mistakes[0] == Mistake(
        "modules.module_1.xp.value", "must be a whole number from 1, not 0", _line(SHIPPED, "module_1")
    )
    assert [mistake.key for mistake in error.value.mistakes] == ["modules.module_1.xp.value", "ranks[3].xp.value"]


def test_the_rules_themselves_hold_no_lines() -> None:
    """The same numbers on other lines are the same rules."""
    assert read_rules("\n\n" + SHIPPED) == default_rules()
