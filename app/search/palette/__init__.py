"""Going, finding and doing from the keyboard: one field over everything."""
