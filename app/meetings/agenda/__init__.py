"""What a meeting talks about: items composed from the record or added by hand, their order, and what was decided."""
