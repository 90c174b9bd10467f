"""Marshmallow shapes at both edges: what Twenty and RedHawk send, what repsync writes."""
