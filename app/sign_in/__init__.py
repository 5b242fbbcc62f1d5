"""How people get in: passwords for colleagues, one-time links for guests, and ending it again.
May import outbox, timeline, access, people and foundation."""
