"""Caja: desks, cash sessions, payment orders (órdenes de pago), payments and their receipts (comprobantes)."""
