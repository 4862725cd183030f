"""Payment orders: issued for services, debts and advances, and how they end."""
