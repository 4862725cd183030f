"""Screens of the suplencias and of the office's days of rest."""
