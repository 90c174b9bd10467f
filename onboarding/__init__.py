"""Bringing a workspace up: what repsync needs in Twenty, what of it is missing, and whether all works together."""
