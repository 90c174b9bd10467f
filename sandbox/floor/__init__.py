"""A made-up solar sales floor: what its team does to Twenty and RedHawk, and what must come of it."""

from sandbox.floor.expectation import Expectation, Expected, expect
from sandbox.floor.performer import FloorTime, Performed, Performer
from sandbox.floor.schedule import schedule
from sandbox.floor.team import Floor

__all__ = ["Expectation", "Expected", "Floor", "FloorTime", "Performed", "Performer", "expect", "schedule"]
