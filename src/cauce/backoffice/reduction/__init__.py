"""Screens of the reduction of the service: its authorisation, its orders, their recall, and illegal reconnections."""
