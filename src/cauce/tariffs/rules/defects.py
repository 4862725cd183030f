"""What is wrong with a law's files, said by file, row and column."""

from collections.abc import Iterable
from dataclasses import dataclass

from cauce.core.errors import DomainError
from cauce.core.es_mx import count_of

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Defect:
    """One fault. ``row`` counts physical lines from 1, the header included; ``column`` is a heading or a key's path."""

    file: str
    row: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += f", renglón {self.row}"
        if self.column is not None:
            where += f", columna {self.column}"
        return f"{where}: {self.message}"


class LawRejected(DomainError):
    """A law's files are not fit to be loaded; ``defects`` lists every fault found."""

    def __init__(self, defects: Iterable[Defect]) -> None:
        self.defects = tuple(defects)
        shown = [str(defect) for defect in self.defects[:_SHOWN]]
        hidden = len(self.defects) - len(shown)
        if hidden:
            shown.append(f"… y {count_of(hidden, 'defecto', 'defectos')} más.")
        faults = count_of(len(self.defects), "defecto", "defectos")
        super().__init__("\n".join([f"La ley no se cargó: tiene {faults}. Corríjalos y vuelva a cargarla.", *shown]))


class Defects:
    """The faults found so far in one reading of a law."""

    def __init__(self) -> None:
        self._found: list[Defect] = []

    def add(self, file: str, message: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note a fault and go on reading: whoever corrects a law wants to see them all."""
        self._found.append(Defect(file, row, column, message))

    def refuse_if_any(self) -> None:
        """Stop here if something was wrong.

        :raises LawRejected: with every fault noted.
        """
        if self._found:
            raise LawRejected(self._found)
