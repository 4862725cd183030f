"""Cobranza: la cartera vencida, los avisos, la escalera de acciones, la reducción del servicio y su reconexión."""
