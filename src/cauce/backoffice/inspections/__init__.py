"""Screens of the agenda of aforos."""
