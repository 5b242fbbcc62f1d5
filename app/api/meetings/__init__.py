"""Meetings, as programs read and write them."""
