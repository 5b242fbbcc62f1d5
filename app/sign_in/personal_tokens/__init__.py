"""What a colleague hands to a program so that it can act for them. Guests have none."""
