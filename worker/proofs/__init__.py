"""Proofs: `repsync audit` holds the ledger, and Twenty's rows, to what repsync promises. They only look."""
