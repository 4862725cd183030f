"""The staff's accounts, their roles and their screens' appearance."""
