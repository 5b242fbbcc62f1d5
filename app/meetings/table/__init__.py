"""What people do at the table: run the agenda, add to it, record what is decided."""
