"""What was said: one shared and one internal text per item, saved while people type, merged, kept with their history."""
