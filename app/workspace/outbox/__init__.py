"""The letters we write: which left, which wait, and why."""
