"""The cashier's session, its close and its review, the consolidated day, and collecting without power."""
