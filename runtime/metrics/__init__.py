"""Metrics: what stands in the ledger and in Redis, read when Prometheus asks, so right over processes and restarts."""
