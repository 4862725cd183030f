"""Personal data by halves: what someone sees who has no need of the whole."""

SEE_PERSONAL_DATA = "registry.view_personal_data"


def masked_phone(phone: str) -> str:
    """The area and the last two digits: ``4115557066`` → ``411 ··· ··66``."""
    digits = "".join(letter for letter in phone if letter.isdigit())
    if len(digits) < 7:
        return "··· ··"
    return f"{digits[:3]} ··· ··{digits[-2:]}"


def masked_email(email: str) -> str:
    """The first letter and the domain: ``maria@example.com`` → ``m···@example.com``."""
    name, at, domain = email.partition("@")
    return f"{name[:1]}···@{domain}" if at else "···"


def masked_key(key: str) -> str:
    """An RFC or a CURP by its first four letters: ``ZUOE560111842`` → ``ZUOE·········``."""
    return key[:4] + "·" * max(len(key) - 4, 3)


def masked(kind: str, value: str) -> str:
    """Hide the middle of a ``phone``, an ``email``, an ``rfc`` or a ``curp``.

    :raises KeyError: if the kind has no rule, so that nothing is shown whole by a slip.
    """
    return {"phone": masked_phone, "email": masked_email, "rfc": masked_key, "curp": masked_key}[kind](value)
