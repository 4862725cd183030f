"""What every test of the reports starts from."""

from tests.cashier.conftest import account, at, cashier, clerk, desk, law, session, supervisor

__all__ = ["account", "at", "cashier", "clerk", "desk", "law", "session", "supervisor"]
