"""Putting payments right (correcciones): find one, see what can be done with it, do it, and refunds."""
