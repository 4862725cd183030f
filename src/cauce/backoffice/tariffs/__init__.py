"""Tariffs for the staff: the simulator with its proof, and what the law in force says."""
