"""Who does what by when: action items, their owners' answers, and what is overdue."""
