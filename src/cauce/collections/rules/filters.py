"""Which debtors: what a selection, a batch and the lists of the portfolio ask for."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

_AMOUNTS = ("min_debt", "max_debt")
_SEVERAL = ("use_classes", "tariff_codes", "ages", "account_states", "causes")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a debtor must be; what is empty or None lets everything through.

    ``sector`` and ``route`` are ids; debts are pesos overdue and months are of unpaid bills, both ends within; ``ages``
    are codes of ``ages.AGES`` and look at the account's oldest charge; ``causes`` are codes of ``causes.CAUSES``.
    """

    sector: int | None = None
    route: int | None = None
    use_classes: tuple[str, ...] = ()
    tariff_codes: tuple[str, ...] = ()
    min_debt: Decimal | None = None
    max_debt: Decimal | None = None
    min_months: int | None = None
    max_months: int | None = None
    ages: tuple[str, ...] = ()
    account_states: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    with_agreement: bool | None = None
    has_meter: bool | None = None
    cycle: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether everything gets through."""
        return not self.as_dict()

    def as_dict(self) -> dict[str, Any]:
        """What is asked for, as JSON keeps it: nothing of what is empty, amounts as text."""
        kept: dict[str, Any] = {}
        for name, value in asdict(self).items():
            if value is None or value == ():
                continue
            kept[name] = (
                str(value) if isinstance(value, Decimal) else list(value) if isinstance(value, tuple) else value
            )
        return kept

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Filters":
        """The filters that ``as_dict`` kept.

        :raises ValueError: if it names one that does not exist.
        """
        unknown = set(kept) - {each.name for each in fields(cls)}
        if unknown:
            raise ValueError(f"unknown filters: {', '.join(sorted(unknown))}")
        given: dict[str, Any] = dict(kept)
        for name in _AMOUNTS:
            if given.get(name) is not None:
                given[name] = Decimal(str(given[name]))
        for name in _SEVERAL:
            given[name] = tuple(given.get(name) or ())
        return cls(**given)
