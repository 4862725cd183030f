"""The window (ventanilla): finding an account and everything about it on one page."""
