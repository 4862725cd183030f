"""The doors: sign-in, second factor, sessions and password."""
