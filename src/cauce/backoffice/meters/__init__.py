"""The park of meters: its figures, its lists, one meter, its bench tests and the proposals to change the worst."""
