"""Screens of the libro de registros: the day, its close, the closed books and their annexes."""
