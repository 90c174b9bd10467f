"""The rules. Pure: no clock, environment, network or database; as_of comes in as a value."""
