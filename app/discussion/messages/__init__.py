"""What is done with one message: posting, changing, deleting, taking back, sharing."""
