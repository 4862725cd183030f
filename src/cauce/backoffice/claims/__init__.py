"""Screens of the payments that nobody registered: claims (aclaraciones) and vouchers (vales)."""
