"""Who is looking, what they may see and do, and the doors they come in by. May import people and foundation."""
