"""The escalation's own page, put together from every domain's panel. May import every domain below."""
