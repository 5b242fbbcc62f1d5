"""Recordings: their upload, who agreed to them, their words, their player. May ask meetings, escalations and speech."""
