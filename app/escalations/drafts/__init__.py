"""What is typed on the pages of an escalation and not sent yet."""
