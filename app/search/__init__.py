"""Finds words in everything that was written or said, for each reader only where they may read it."""
