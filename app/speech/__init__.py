"""Turning a recording into words: decoding guarded, cutting at pauses, transcribing chunk by chunk.

May import: nothing of ours, but for `choosing`, which reads the settings. It knows no escalation, no database and no web;
everything else arrives as an argument.
The web process may import sniffing, decoding, model_store, engines, languages, transcriber and cleaning; the others load
heavy libraries and belong to the worker and to the command line. openai_whisper_child runs with a Python of its own.
"""
