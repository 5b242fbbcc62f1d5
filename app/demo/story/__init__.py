"""What happens in the demo, chapter by chapter, told in days before and after the moment it is loaded."""
