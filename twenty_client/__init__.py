"""Twenty's REST API: requests and replies without I/O, errors, pacing, paging, metadata."""
