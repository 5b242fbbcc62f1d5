"""Uploads that may break off and go on, by tus 1.0."""
