"""What people of both sides are called, put right by our people."""
