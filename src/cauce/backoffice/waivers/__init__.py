"""Condonaciones of surcharges: asked for with a reason, decided by who reaches."""
