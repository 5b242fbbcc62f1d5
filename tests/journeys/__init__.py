"""Whole journeys: a real server with its worker, real mail, real browsers."""
