"""Anualidades: months paid ahead, quoted and offered from the account, followed month by month."""
