"""Faults on demand: webhooks that get lost, come twice, late or out of order; API calls that fail."""

from sandbox.twenty.faults.fates import ON_TIME, Fate
from sandbox.twenty.faults.settings import ApiFault, Faults, read_faults
from sandbox.twenty.faults.switch import FaultSwitch

__all__ = ["ON_TIME", "ApiFault", "Fate", "FaultSwitch", "Faults", "read_faults"]
