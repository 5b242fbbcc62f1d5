"""Action items, as programs read and write them."""
