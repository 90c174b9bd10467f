"""The rules file: mistakes are named, and changed numbers are used."""

from importlib.resources import files

import pytest

from programs.progression.rules import RulesError, default_rules, read_rules


def shipped() -> str:
    return files("programs.progression").joinpath("rules.toml").read_text(encoding="utf-8")


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
        ("dial = { value = 2,", "dial = { value = 1000001,", "xp.dial.value: must be at most 1000000"),
        (
            "boss_per_level = { value = 100,",
            "boss_per_level = { value = 3000000000,",
            "xp.boss_per_level.value: must be at",
        ),
        ('"NOT_INTERESTED"', '"Not interested"', "calls.connect_dispositions.value[2]: must be NOT_INTERESTED, as"),
        ('"CONTACT",', '"CONTACTED",', "calls.connect_dispositions.value[0]: must be CONTACT, as notes are read"),
        ('"CONTACT",', '"LOGGED",', "calls.connect_dispositions.value[0]: must be a word for an outcome"),
        ("dial = { value = 2,", "dail = { value = 2,", "xp.dial: is missing"),
        ("dial = { value = 2,", "extra = 1\ndial = { value = 2,", "xp.extra: unknown key"),
        ('value = 2, source = "seed"', 'value = 2, source = "hearsay"', "xp.dial.source: must be one of"),
        ('value = 2, source = "seed"', "value = 2", "xp.dial.source: is missing"),
        ("[0, 100, 250,", "[0, 250, 100,", "levels.xp.value[2]: must rise, but 100 follows 250"),
        ("[0, 100, 250,", "[50, 100, 250,", "levels.xp.value[0]: must start at 0"),
        ("xp = { value = 1500,", "xp = { value = 500,", "ranks[2].xp.value: must rise, but 500 follows 500"),
        ('code = "E-3"', 'code = "E-2"', "ranks[2].code: 'E-2' is there already"),
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
        ("days = 7, source", "days = 0, source", "badges.opener_elite.tiers[0].days: must be a whole number from 1"),
        ("below_percent = 35", "at_least_percent = 35", "badges.opener_elite.tiers[2].below_percent: is missing"),
        (
            "below_percent = 40",
            "below_percent = 140",
            "badges.opener_elite.tiers[1].below_percent: must be at most 100",
        ),
        ('tier = "silver", below', 'tier = "bronze", below', "badges.opener_elite.tiers: must go up"),
        ('tier = "bronze", below', 'tier = "tin", below', "badges.opener_elite.tiers[0].tier: must be one of"),
        ('{ tier = "bronze", below', "{ below", "badges.opener_elite.tiers[0].tier: is missing"),
        ("tiers = [{ level = 5,", "tiers = [{ levels = 5,", "badges.redhawk_slayer.tiers[0].level: is missing"),
        ("tiers = [{ level = 5,", "tiers = [{ level = 5, charm = 1,", "badges.redhawk_slayer.tiers[0].charm: unknown"),
        ('tiers = [{ level = 5, source = "default" }]', "tiers = []", "badges.redhawk_slayer.tiers: must be a list"),
        ('value = "battle"', 'value = "luck"', "badges.redhawk_slayer.metric.value: must be one of"),
        ("[badges.closer]", '[badges."close.r"]', "badges.close.r: the id must not hold a point"),
        ("rate_calls = { value = 50", "rate_calls = { value = 0", "badges.rate_calls.value: must be a whole number"),
        (
            "early_before_hour = { value = 9",
            "early_before_hour = { value = 24",
            "badges.early_before_hour.value: must be",
        ),
        ("no_source = {", "no_sauce = {", "badges.no_source: is missing"),
        ("recent_days = { value = 7", "recent_days = { value = 0", "metrics.recent_days.value: must be a whole number"),
        ("[streak]", "[streaks]", "streak: is missing"),
        ("drop_from = { value = 50", "drop_from = { value = 101", "diagnosis.drop_from.value: must be at most 100"),
        ("shows_below =", "shows_above =", "diagnosis.shows_below: is missing"),
        ("[diagnosis]", "[diagnosis]\nmore = 1", "diagnosis.more: unknown key"),
        ("[xp]", "[xp", "the file: is not TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named(old: str, new: str, message: str) -> None:
    """Whatever is wrong with the file, the error names the key and what is wrong."""
    assert old in shipped()
    with pytest.raises(RulesError) as error:
        read_rules(shipped().replace(old, new, 1))
    assert message in str(error.value)


def test_a_misspelt_outcome_has_its_line() -> None:
    """A lower-case outcome would match no call: it is a mistake, told with the line it stands in."""
    (line,) = [at for at, text in enumerate(shipped().splitlines(), 1) if text.startswith("connect_dispositions")]
    with pytest.raises(RulesError, match=f"line {line}: calls.connect_dispositions"):
        read_rules(shipped().replace('"CALLBACK"', '"callback"', 1))


def test_a_changed_number_is_used() -> None:
    """Another file means other rules."""
    assert read_rules(shipped().replace("dial = { value = 2,", "dial = { value = 7,", 1)).xp.dial == 7
