"""Screens of what is asked of Informática."""
