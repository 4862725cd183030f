"""Meters that serve more than one account: who shares one and in which parts, and which measure others."""
