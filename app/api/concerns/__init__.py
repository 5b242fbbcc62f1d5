"""Concerns, as programs read and write them."""
