"""Rule 3: each kind of XP has one owner; where another program pays it into the row, repsync pays 0 for it."""

from dataclasses import replace

import pytest
from floor import JANE
from other_writers import called, gives
from redhawk_sender import send_redhawk
from world import World


def test_placeholder(world: World) -> None:
    raise AssertionError
