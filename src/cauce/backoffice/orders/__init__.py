"""Órdenes de pago («pase a caja»): issuing them, following them and printing them."""
