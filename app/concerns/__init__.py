"""What worries the customer, in their words and their order. May ask escalations and the floors below; no neighbour."""
