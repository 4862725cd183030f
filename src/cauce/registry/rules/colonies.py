"""Which colonias there are in each postal code."""

from collections.abc import Iterable
from dataclasses import dataclass

from cauce.core.text import fold
from cauce.registry.rules.text import fold_repeated


@dataclass(frozen=True, slots=True)
class ColonyCatalogue:
    """The colonias of the municipality by postal code, with their official names."""

    official_names: dict[tuple[str, str], str]

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[str, str]]) -> "ColonyCatalogue":
        """Build it from (postal code, official name)."""
        return cls({(postal_code, fold(name)): name for postal_code, name in rows})

    def has(self, postal_code: str, colony: str) -> bool:
        """Whether the colonia is in that postal code; accents, case and the tilde of the Ñ do not count."""
        return (postal_code, fold_repeated(colony)) in self.official_names

    def postal_codes_of(self, colony: str) -> list[str]:
        """The postal codes in which a colonia of that name exists: what a wrong one may have meant."""
        folded = fold(colony)
        return sorted(code for code, name in self.official_names if name == folded)
