"""The life of an order and of an appointment, and the arithmetic of an inspection: pure values in, pure values out."""
