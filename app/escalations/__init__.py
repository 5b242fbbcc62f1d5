"""The escalation itself: its severity, state, owner and people, and when the customer hears next.
May import workspace, sign_in, outbox, writing, links, timeline and everything below."""
