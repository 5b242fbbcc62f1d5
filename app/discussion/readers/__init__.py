"""Who could be addressed in a text."""
