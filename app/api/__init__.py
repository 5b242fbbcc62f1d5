"""The product for programs: JSON under /api/v1, for colleagues' tokens. The only place with read schemas. May import all rooms."""
