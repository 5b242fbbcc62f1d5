"""Turning a recording into words: decoding guarded, cutting at pauses, transcribing chunk by chunk.

May import: nothing of ours. It knows no escalation, no database and no web; every setting arrives as an argument.
The web process may import sniffing, decoding, model_store, transcriber and cleaning; the others load heavy libraries
and belong to the worker and to the command line.
"""
