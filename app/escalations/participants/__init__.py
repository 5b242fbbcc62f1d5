"""Who takes part in an escalation, on both sides."""
