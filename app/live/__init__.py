"""Tells open browsers which panel changed; they fetch it themselves, under their own session.
May import every domain below; nobody calls it."""
