"""Members in the console's forms: typed as a person would, and never guessed."""

import pytest
from console import Visit
from floor import JANE, JONY, Floor
from sqlalchemy import text
from world import World

from handlers.console.members import SUGGESTED, member_choices, member_label, member_meant
from ledger.engine import snapshot, transaction

FORGOTTEN = (
    "INSERT INTO reps (id, forgotten_at) VALUES (:id, now()) ON CONFLICT (id) DO UPDATE SET forgotten_at = now()"
)
OTHER_JANE = "20202020-0000-4000-8000-000000abcdef"


@pytest.fixture
def known(world: World) -> Floor:
    """Jane and Jony, another Jane Austen, and Zoe, who left."""
    world.floor.sweep()
    world.told()
    added = "INSERT INTO members (id, name, updated_at, deleted_at) VALUES (:id, :name, now(), :deleted)"
    rows = [
        {"id": OTHER_JANE, "name": "Jane Austen", "deleted": None},
        {"id": "zoe", "name": "Zoe", "deleted": "2026-01-01T00:00:00Z"},
    ]
    with transaction(world.floor.parts.engine) as connection:
        connection.execute(text(added), rows)
    return world.floor


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (JONY, JONY),
        ("Jony Ive", JONY),
        ("  jon ", JONY),
        ("Jane Austen (…abcdef)", OTHER_JANE),
        (f"Jane Austen (…{JANE[-6:]})", JANE),
        ("Jane Austen", None),
        ("J", None),
        ("Nobody", None),
        ("", None),
        ("%", None),
        ("a\x00b", None),
        ("zoe", "zoe"),
    ],
)
def test_who_is_meant_is_one_or_nobody(known: Floor, said: str, meant: str | None) -> None:
    """By id, by name, by a suggestion, by how one name alone begins; two who could be meant are nobody."""
    with snapshot(known.parts.engine) as connection:
        assert member_meant(connection, said) == meant


def test_a_suggestion_and_a_label_mean_their_member(known: Floor) -> None:
    """Who left is not suggested; what stands in a form means the same one when it is sent again."""
    with snapshot(known.parts.engine) as connection:
        found = {member_meant(connection, choice.value) for choice in member_choices(connection)}
        assert {JANE, JONY, OTHER_JANE} <= found
        assert not found & {None, "zoe"}
        for member in (JANE, JONY, OTHER_JANE, "zoe", "a-stranger"):
            assert member_meant(connection, member_label(connection, member)) in (member, None)
        assert member_label(connection, "a-stranger") == "a-stranger"
        assert member_label(connection, JANE) == f"Jane Austen (…{JANE[-6:]})"


def test_a_form_is_as_large_for_many_members(known: Floor) -> None:
    """The first are suggested; one who is not among them is found all the same."""
    with transaction(known.parts.engine) as connection:
        many = (
            "INSERT INTO members (id, name, updated_at) SELECT 'm' || n, 'M' || n, now() FROM generate_series(1, 300) n"
        )
        connection.execute(text(many))
    page = Visit(known).get("/deliveries", rep="M300").get_data(as_text=True)
    assert page.count("<option value=") < SUGGESTED + 20
    assert 'value="M300"' in page


def test_one_who_was_forgotten_is_nobody(known: Floor) -> None:
    """Neither suggested nor found, by whatever is typed."""
    with transaction(known.parts.engine) as connection:
        connection.execute(text(FORGOTTEN), {"id": JONY})
    with snapshot(known.parts.engine) as connection:
        assert [member_meant(connection, said) for said in (JONY, "Jony Ive", "Jo")] == [None] * 3
        assert not {JONY, "Jony Ive"} & {choice.value for choice in member_choices(connection)}


@pytest.mark.parametrize(
    "names",
    [
        ["Jane Austen (…abcdef)"],
        [JANE],
        [" Jony Ive", "Jony Ive "],
        ["Kim\u202e", "Kim"],
    ],
)
def test_no_name_makes_a_suggestion_mean_another(known: Floor, names: list[str]) -> None:
    """Whether somebody is called like another's suggestion or id, or like another but for what nobody sees."""
    added = "INSERT INTO members (id, name, updated_at) VALUES (:id, :name, now())"
    with transaction(known.parts.engine) as connection:
        connection.execute(text(added), [{"id": f"hostile-{n}", "name": name} for n, name in enumerate(names)])
    with snapshot(known.parts.engine) as connection:
        meant = [member_meant(connection, choice.value) for choice in member_choices(connection)]
        living = set(connection.execute(text("SELECT id FROM members WHERE deleted_at IS NULL")).scalars())
        assert sorted(map(str, meant)) == sorted(living)
        assert all(member_meant(connection, member_label(connection, member)) == member for member in living)


def test_of_three_with_one_beginning_nobody_is_guessed_though_one_was_forgotten(known: Floor) -> None:
    """Two are left who could be meant."""
    with transaction(known.parts.engine) as connection:
        added = "INSERT INTO members (id, name, updated_at) VALUES (:id, :name, now())"
        connection.execute(text(added), [{"id": f"a-{n}", "name": ""} for n in range(3)])
        connection.execute(text(FORGOTTEN), {"id": "a-0"})
    with snapshot(known.parts.engine) as connection:
        assert member_meant(connection, "a-") is None
        assert member_meant(connection, "a-1") == "a-1"
