"""The ground floor, tested with real processes, real kills and real databases."""
