"""Lineamientos of the commercial coordination: what they say, who authorised and read them, how they are kept."""
