"""Pure rules of the padrón: numbers, identities, addresses, the rows of the old system's export."""

from cauce.registry.rules.accounts import account_number
from cauce.registry.rules.identity import is_curp, is_rfc

__all__ = ["account_number", "is_curp", "is_rfc"]
