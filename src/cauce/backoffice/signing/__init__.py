"""Screens of the tray «Para firma»."""
