"""What was said: read, searched, corrected and taken away as text."""
