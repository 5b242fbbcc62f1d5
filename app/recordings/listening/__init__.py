"""What to listen for: words to expect and the language, for all recordings or for those of one escalation. Ours alone."""
