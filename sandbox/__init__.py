"""A Twenty that runs on a laptop and the embedded PostgreSQL and Valkey."""
