"""Where a record came from and what it led to: links between any two records of one escalation. Knows no domain above."""
