"""`repsync demo`: everything on one machine, a recorded day played through it, and what came of it."""
