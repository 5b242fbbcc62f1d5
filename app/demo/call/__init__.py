"""The recorded call of the demo: its sound, its script, and what our engine heard."""
