"""Recordings, as programs read and write them."""
