"""Models and rules of the panel; no I/O, and nothing of ours imported."""
