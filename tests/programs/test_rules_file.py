"""The rules file: the shipped numbers, and mistakes that are named."""

from importlib.resources import files

import pytest

from programs.progression.rules import RulesError, default_rules, read_rules


def shipped() -> str:
    return files("programs.progression").joinpath("rules.toml").read_text(encoding="utf-8")


def test_the_xp_of_each_activity_is_the_seeds() -> None:
    """A dial pays 2, a connect makes 5, two minutes 15, an appointment 100, a deal 300, a boss 100 a level."""
    xp = default_rules().xp
    assert (xp.dial, xp.dial + xp.connect, xp.two_plus) == (2, 5, 15)
    assert (xp.appointment, xp.deal, xp.boss_per_level) == (100, 300, 100)


def test_modules_pay_and_pass_as_documented() -> None:
    """Modules 0-3 pay 50, 4 pays 75, 5 pays 100, 6 pays 300; module 4 passes at 85 %, 5 at 100 %, others at 80 %."""
    modules = default_rules().modules
    assert [modules[f"module_{n}"].xp for n in range(7)] == [50, 50, 50, 50, 75, 100, 300]
    assert [modules[f"module_{n}"].pass_mark for n in range(7)] == [80, 80, 80, 80, 85, 100, 80]


def test_certifications_pass_as_documented() -> None:
    """TCPA needs 100 %, operative 80 %, DNC 90 %, CTIA 85 %."""
    marks = {"tcpa": 100, "operative": 80, "dnc": 90, "ctia": 85}
    assert default_rules().certification_pass_marks == marks


def test_stages_hold_all_stages_further_up() -> None:
    """MEETING and beyond is an appointment, PROPOSAL and beyond held, CUSTOMER won."""
    stages = default_rules().stages
    assert stages.met == {"MEETING", "PROPOSAL", "CUSTOMER"}
    assert stages.held == {"PROPOSAL", "CUSTOMER"}
    assert stages.won == {"CUSTOMER"}


@pytest.mark.parametrize(
    ("alias", "exam"),
    [
        ("operative", "operative_certification"),
        ("senior_operative_cert", "senior_certification"),
        ("senior_operative_certification", "senior_certification"),
        ("leadership_cert", "leadership_certification"),
        ("compliance_master_cert", "compliance_master_cert"),
    ],
)
def test_an_exam_is_known_under_its_other_ids(alias: str, exam: str) -> None:
    """Aliases lead to the one exam; an unknown id is an exam of its own."""
    assert default_rules().exam_named(alias) == exam


def test_ranks_between_names_every_step() -> None:
    """Two ranks reached at once are two steps, and going down is none."""
    rules = default_rules()
    assert rules.ranks_between("E-2", "E-4") == ("E-3", "E-4")
    assert rules.ranks_between("E-4", "E-4") == ()
    assert rules.ranks_between("E-4", "E-2") == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("dial = { value = 2,", "dial = { value = 0,", "xp.dial.value: must be a whole number from 1"),
        ("dial = { value = 2,", "dial = { value = 2.5,", "xp.dial.value: must be a whole number"),
        ("dial = { value = 2,", "dial = { value = true,", "xp.dial.value: must be a whole number"),
        ("dial = { value = 2,", "dail = { value = 2,", "xp.dial: is missing"),
        ("dial = { value = 2,", "extra = 1\ndial = { value = 2,", "xp.extra: unknown key"),
        ('value = 2, source = "seed"', 'value = 2, source = "hearsay"', "xp.dial.source: must be one of"),
        ('value = 2, source = "seed"', "value = 2", "xp.dial.source: is missing"),
        ("[0, 100, 250,", "[0, 250, 100,", "line 43: levels.xp.value[2]: must rise, but 100 follows 250"),
        ("[0, 100, 250,", "[50, 100, 250,", "line 43: levels.xp.value[0]: must start at 0"),
        ("xp = { value = 1500,", "xp = { value = 500,", "line 65: ranks[2].xp.value: must rise, but 500 follows 500"),
        ('code = "E-3"', 'code = "E-2"', "line 63: ranks[2].code: 'E-2' is there already"),
        ('kind = "dials"', 'kind = "charm"', "ranks[1].gates[1].kind: must be one of"),
        ("below_percent = 50", "below_percent = 500", "ranks[3].gates[0].below_percent: must be at most 100"),
        ("below_percent = 50", "at_least = 50", "ranks[3].gates[0].above_percent: is missing"),
        ('ids = ["module_6"]', 'ids = ["module_7"]', "ranks[4].gates[1].ids[0]: must be one of"),
        ('sdr_2 = { value = "E-2"', 'sdr_2 = { value = "E-9"', "rank_words.sdr_2.value: must be one of"),
        ('operative = { value = "E-4"', 'manager = { value = "E-4"', "rank_words.manager: is a word for E-7"),
        ('["leadership_cert"]', '["operative"]', "exam_aliases.leadership_certification: operative is an alias"),
        ('held_from = { value = "PROPOSAL"', 'held_from = { value = "NEW"', "must not go down the ladder"),
        ('won_from = { value = "CUSTOMER"', 'won_from = { value = "SOLD"', "stages.won_from.value: must be one of"),
        ("America/New_York", "America/Metropolis", "is not the name of a time zone"),
        ('training = { value = "repsync"', 'training = { value = "both"', "xp_owners.training.value: must be one"),
        ("[streak]", "[streaks]", "streak: is missing"),
        ("[xp]", "[xp", "the file: is not TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named(old: str, new: str, message: str) -> None:
    """Whatever is wrong with the file, the error names the key and what is wrong."""
    assert old in shipped()
    with pytest.raises(RulesError) as error:
        read_rules(shipped().replace(old, new, 1))
    assert message in str(error.value)


def test_a_changed_number_is_used() -> None:
    """Another file means other rules."""
    assert read_rules(shipped().replace("dial = { value = 2,", "dial = { value = 7,", 1)).xp.dial == 7
