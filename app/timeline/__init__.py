"""What happened in an escalation, in order, as typed facts. Notifications, live updates and search read it.
May import access, people and foundation."""
