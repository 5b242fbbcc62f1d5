"""Topics and messages, as programs read and write them."""
