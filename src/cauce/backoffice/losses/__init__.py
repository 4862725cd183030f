"""Meters that were stolen or destroyed: reported, estimated meanwhile, replaced."""
