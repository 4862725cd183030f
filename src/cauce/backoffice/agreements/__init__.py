"""Convenios: the simulator at the window, their authorisation, their papers and how they are kept."""
