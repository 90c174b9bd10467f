"""A stand-in for Twenty's REST API and webhooks, faithful to the recordings in tests/recordings."""

from sandbox.twenty.clock import SandboxClock
from sandbox.twenty.server import SandboxTwenty

__all__ = ["SandboxClock", "SandboxTwenty"]
