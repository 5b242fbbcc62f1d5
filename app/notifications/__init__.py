"""Tells people what concerns them: in their inbox at once, by mail within a minute, from the facts on the timeline.
Reads every domain below; nobody calls it."""
