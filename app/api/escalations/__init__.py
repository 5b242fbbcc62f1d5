"""Escalations, as programs read and write them."""
