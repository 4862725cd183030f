"""Every address of the staff's screens, found in the table of addresses itself."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

from tests.backoffice.town import Town


class Address(NamedTuple):
    """A named address, its view and the names of what it needs in it."""

    name: str
    view: Any
    arguments: tuple[str, ...]

    @property
    def screen(self) -> Any:
        """What its decorator declared, or None."""
        return getattr(self.view, "screen", None)


def staff_addresses() -> list[Address]:
    """Every address outside the doors of the site (``/acceso/``)."""
    return [
        address
        for pattern in get_resolver().url_patterns
        if str(pattern.pattern) != "acceso/"
        for address in _walk(pattern, "")
    ]


def arguments_in(town: Town, address: Address) -> dict[str, int]:
    """The ids that make the address point at something of the town."""
    ids = {
        "account_id": town.account.pk,
        "bill_id": town.bill.pk,
        "run_id": town.run.pk,
        "run_account_id": town.run.accounts.order_by("pk").values_list("pk", flat=True)[0],
        "round_id": town.round.pk,
        "batch_id": town.batch.pk,
        "flag_id": town.flag.pk,
        "hold_id": town.hold.pk,
        "schedule_id": town.law.pk,
        "user_id": town.staff["cajero"].pk,
    }
    return {name: ids[name] for name in address.arguments}


def _walk(pattern: URLPattern | URLResolver, prefix: str) -> Iterator[Address]:
    if isinstance(pattern, URLResolver):
        inside = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
        for child in pattern.url_patterns:
            yield from _walk(child, inside)
    else:
        yield Address(f"{prefix}{pattern.name}", pattern.callback, tuple(pattern.pattern.converters))
