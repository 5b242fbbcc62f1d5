"""The personal tokens of a colleague, and an administrator's hand on everybody's."""
