"""How fast repsync is, measured as ratios side by side in one run; `make bench` runs it, docs/performance.md tells."""
