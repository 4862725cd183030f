"""What the tests of collection start from."""

from tests.cashier.conftest import account, at, cashier, clerk, desk, law, session, supervisor

__all__ = ["account", "at", "cashier", "clerk", "desk", "law", "session", "supervisor"]
