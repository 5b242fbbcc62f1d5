"""Our own people: who they are, what they may do, and the teams they are in."""
