"""The read API: a rep's account, its awards, and a sync on demand. GET /api/openapi.json describes it."""
