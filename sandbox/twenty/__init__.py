"""A stand-in for Twenty's REST API and webhooks, faithful to the recordings in tests/recordings."""
