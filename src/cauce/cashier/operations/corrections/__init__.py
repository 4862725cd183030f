"""Putting a payment right: cancelled, moved, of another method, refunded, returned by the bank."""
