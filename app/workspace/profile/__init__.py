"""What somebody says of themselves, and how they like their pages."""
