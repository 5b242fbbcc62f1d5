"""Pages across escalations: the frame around every page, my desk, the lists. May import every domain below."""
