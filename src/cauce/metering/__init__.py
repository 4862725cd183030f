"""Medición: meters, their installations, reading rounds, readings (lecturas) and consumption."""
