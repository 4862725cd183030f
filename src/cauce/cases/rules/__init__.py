"""The life of a case and of a request to Informática, and when an answer is due: pure values in, pure values out."""
