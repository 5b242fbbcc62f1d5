"""What every floor stands on: settings, database, clock, rendering, storage, jobs.

Knows nothing about escalations. Imports nothing of the app.
"""
