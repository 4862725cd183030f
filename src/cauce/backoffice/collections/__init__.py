"""Cobranza: la escalera de acciones, sus relaciones, los avisos y su entrega, su efecto y las actuaciones."""
