"""Screens of the arrears portfolio: its figures, its accounts, where they are, and what was said to them."""
