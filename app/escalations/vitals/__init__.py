"""Changing what stands at the head of an escalation."""
