"""Measurements, each a ratio to the project's own floor taken in the same interleaved run. `make bench` runs them."""
