"""Evenkeel: one place per customer escalation."""
