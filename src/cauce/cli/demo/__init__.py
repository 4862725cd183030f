"""The demonstration town: its law and padrón loaded, its months lived, and what happened in them."""
