"""Fixtures for the sandbox's webhooks: a receiver, and a Twenty that posts to it."""

from collections.abc import Iterator

import pytest
from webhook_receiver import Receiver, open_receiver


@pytest.fixture
def hooked() -> Iterator[Receiver]:
    """A receiver that answers 200 at once, until told otherwise."""
    with open_receiver() as receiver:
        yield receiver
