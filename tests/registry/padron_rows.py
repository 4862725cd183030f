"""Rows of a padrón made to measure."""

from pathlib import Path

from cauce.imports.rules import Line
from cauce.registry.rules.colonies import ColonyCatalogue
from cauce.registry.rules.padron import COLUMNS, HEADER, PadronRow, accept

DEMO = Path(__file__).resolve().parents[2] / "demo"

GOOD = {
    "CUENTA": "000114",
    "REPARTO": "0017001180",
    "NOMBRE": "ELENA SILVIA ZÚÑIGA ORDAZ",
    "RFC": "ZUOE560111842",
    "CURP": "BOXW310820HNERXN09",
    "TELEFONO": "(411) 555-7066",
    "EMAIL": "elena@example.com",
    "CALLE": "JILGUERO",
    "NUM_EXT": "721",
    "NUM_INT": "A",
    "COLONIA": "CORTAZAR CENTRO",
    "CP": "38300",
    "GIRO": "CASA HABITACION",
    "TARIFA": "001",
    "MEDIDOR": "Z13786331",
    "DIAMETRO": "1/2",
    "MARCA": "AZTECA",
    "FECHA_INST": "05/10/2023",
    "LECT_INICIAL": "3",
    "DRENAJE": "S",
    "TRATAMIENTO": "S",
    "CICLO": "2",
    "RUTA": "07",
    "SECUENCIA": "00630",
    "ESTATUS": "A",
    "FECHA_ALTA": "01/09/2005",
    "LAT": "20.472389",
    "LON": "-100.943390",
    "OBSERVACIONES": 'TOMA DE 3/4"',
}
CATALOGUE = ColonyCatalogue.of_rows(
    [("38300", "Cortazar Centro"), ("38317", "Valle de las Espinas"), ("38320", "Peñón")]
)


def row_text(**columns: str) -> str:
    """A good row with some of its columns changed."""
    assert set(columns) <= set(COLUMNS)
    return "|".join((GOOD | columns).values())


def good_row(number: int = 2, **columns: str) -> PadronRow:
    """The row as it is accepted."""
    row = accept(Line(number, row_text(**columns)), set())
    assert isinstance(row, PadronRow)
    return row


def write_padron(path: Path, *rows: str, header: str | None = HEADER, encoding: str = "cp1252") -> Path:
    """A file with the header and these rows."""
    lines = [header, *rows] if header is not None else list(rows)
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))
    return path
