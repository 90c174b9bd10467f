"""What can't be done at this moment."""


class PutOff(Exception):
    """Nothing was changed; the message says what stands in the way, and it may work in a moment."""
