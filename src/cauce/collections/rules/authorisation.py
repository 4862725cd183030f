"""What keeps the service of a debtor from being touched besides the ladder's own terms, in sentences. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cauce.collections.rules.by_use import NOTHING

CENTAVO: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStanding:
    """A debtor's service on a day: the account's state, what its use lets be done, and the order under way."""

    state: str
    state_name: str
    # None when the table by use has no row for it.
    action: str | None
    use_name: str
    # The folio of the order that limits it and is under way.
    order: str = ""


def threshold_of(min_debt: Decimal) -> Decimal:
    """The overdue pesos below which nothing is done to a service: what the rung asks, a centavo at least."""
    return max(min_debt, CENTAVO)


def service_blocks(standing: ServiceStanding) -> tuple[str, ...]:
    """Why its service may not be touched, a sentence each; nothing when it may."""
    found = []
    if standing.state == "REDUCED":
        found.append("El servicio ya está limitado por adeudo.")
    elif standing.state not in {"ACTIVE", "CLOSED"}:
        found.append(f"La cuenta está en «{standing.state_name.lower()}»: sólo se limita una cuenta activa.")
    if standing.action is None:
        found.append(f"La tabla por uso no dice qué puede hacerse en uso {standing.use_name}: complétela antes.")
    elif standing.action == NOTHING:
        found.append(f"Por su uso ({standing.use_name}) el servicio no se toca.")
    if standing.order:
        found.append(f"Ya tiene en curso la orden {standing.order}.")
    return tuple(found)
