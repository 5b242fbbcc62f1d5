"""Playing a recording: its bytes in ranges, and its shape as a picture."""
