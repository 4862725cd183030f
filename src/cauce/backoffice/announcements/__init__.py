"""Screens of Comunicación Social: announcements, supply by turns, leaflets, events and courses."""
