"""Webhook: a signed request to an address of the customer's."""
