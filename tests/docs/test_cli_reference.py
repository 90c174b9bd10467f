"""docs/cli.md says what the commands say."""

from pathlib import Path

from runtime.reference import reference

REFERENCE = Path(__file__).parents[2] / "docs" / "cli.md"


def test_the_reference_is_made_of_the_commands() -> None:
    """Usage, options, examples and statuses are those of the code; `python -m runtime.reference` makes it anew."""
    assert REFERENCE.read_text(encoding="utf-8") == reference()
