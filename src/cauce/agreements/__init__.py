"""Convenios de pago en parcialidades, sus pagarés y las condonaciones: what settles together with a payment."""
