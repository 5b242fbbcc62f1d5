"""The companies whose escalations we carry."""
