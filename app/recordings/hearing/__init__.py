"""Turning a recording into lines of text, chunk by chunk. `preparing` and `transcribing` belong to the worker alone."""
