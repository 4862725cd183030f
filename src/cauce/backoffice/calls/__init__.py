"""Screens of the telephone: the panel over any page, the log, what is to be returned and the recados."""
