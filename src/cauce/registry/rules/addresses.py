"""An address in one line, as every paper and screen writes it."""


def one_line_address(street: str, exterior: str, interior: str, colony: str, postal_code: str) -> str:
    """``'Jilguero 721 int. A, Cortazar Centro, 38300'``; what is blank is left out."""
    line = f"{street} {exterior}".strip()
    if interior:
        line += f" int. {interior}"
    return ", ".join(part for part in (line, colony, postal_code) if part)
