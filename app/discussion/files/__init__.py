"""Handing out the files of an escalation."""
