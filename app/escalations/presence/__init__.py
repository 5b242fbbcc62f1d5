"""Which colleagues have a page of an escalation open."""
