"""The commands of `repsync`, one file for each group."""
