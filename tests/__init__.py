"""The tests, in the shape of app/, and what they need to run: PostgreSQL, Chromium, the suite itself."""
