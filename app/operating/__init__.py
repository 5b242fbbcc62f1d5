"""Running the product: serving, migrating, the clocks, what the command line does. May import everything but the command."""
