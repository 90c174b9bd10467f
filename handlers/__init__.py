"""HTTP in, nothing else: verify the raw bytes, store, wake a worker, answer."""
