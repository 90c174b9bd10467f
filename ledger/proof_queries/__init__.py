"""Queries of `repsync audit`: what the ledger says that it should not. Reads only."""
