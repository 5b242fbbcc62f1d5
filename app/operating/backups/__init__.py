"""Everything that people stored, in one file and back: made while they work, and read back before it counts."""
