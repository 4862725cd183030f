"""The cashier's day: a session opened, its drawer counted, closed and reviewed, and the day closed over them all."""
