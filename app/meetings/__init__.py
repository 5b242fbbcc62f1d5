"""Meetings: when, with whom, an agenda in our order, notes by many hands, decisions. May ask concerns and action items."""
