"""Small laws to try the rules on: the header of the demonstration law with round tables of our own."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from cauce.tariffs.rules import Schedule, read_law

CORTAZAR_2026 = Path(__file__).resolve().parents[2] / "law" / "cortazar" / "2026"

MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
CODES = ("001", "002", "003", "004", "005", "006", "008", "013")

Edit = tuple[str, str]

_CHARGES = "codigo,concepto,importe,iva_pct\nA01,Constancia de no adeudo,120.00,0\n"


def law_header(*edits: Edit) -> str:
    """``ley.yaml`` of the demonstration with some texts replaced; each must be there."""
    text = (CORTAZAR_2026 / "ley.yaml").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


def write_law_of(year: int, folder: Path) -> Path:
    """The demonstration law as if it were of another year, in a folder of its own: for tests that use the real day."""
    written = folder / f"ley-{year}"
    written.mkdir()
    for source in CORTAZAR_2026.iterdir():
        if source.name not in ("ley.yaml", "casos.csv"):
            (written / source.name).write_bytes(source.read_bytes())
    dates = (("2027-01-01", f"{year + 1}-01-01"), ("2026-01-01", f"{year}-01-01"), ("year: 2026", f"year: {year}"))
    (written / "ley.yaml").write_text(law_header(*dates), encoding="utf-8")
    return written


def months(amount_of: Callable[[int], str]) -> str:
    """Twelve cells, from the number of the month."""
    return ",".join(amount_of(number) for number in range(1, 13))


def table_of(code: str) -> list[str]:
    """A clave's rows: base 100.MM; m³ × 7.MM up to 100 m³; above, 8.MM each. MM is the month."""
    rows = [f"{code},0,{months(lambda month: f'100.{month:02d}')}"]
    for m3 in range(1, 101):
        rows.append(
            f"{code},{m3},{months(lambda month, m3=m3: f'{m3 * 7 + m3 * month // 100}.{m3 * month % 100:02d}')}"
        )
    rows.append(f"{code},101,{months(lambda month: f'8.{month:02d}')}")
    return rows


def tariff_csv(*codes: str) -> str:
    """``tarifa.csv`` for some claves."""
    rows = [f"clave,consumo,{','.join(MONTHS)}"]
    for code in codes:
        rows += table_of(code)
    return "\n".join(rows) + "\n"


def flat_fee_csv(*codes: str) -> str:
    """``cuota_fija.csv``: 250.MM for every clave."""
    rows = [f"clave,{','.join(MONTHS)}", *(f"{code},{months(lambda month: f'250.{month:02d}')}" for code in codes)]
    return "\n".join(rows) + "\n"


def law_files(*edits: Edit, **files: str | None) -> dict[str, str]:
    """A whole law by file name (``tarifa_csv`` is ``tarifa.csv``); None leaves a file out."""
    texts: dict[str, str | None] = {
        "ley.yaml": law_header(*edits),
        "tarifa.csv": tariff_csv(*CODES),
        "cuota_fija.csv": flat_fee_csv(*CODES),
        "derechos.csv": _CHARGES,
    }
    for name, text in files.items():
        texts[name.removesuffix("_csv").removesuffix("_yaml") + ("." + name.rsplit("_", 1)[1])] = text
    return {name: text for name, text in texts.items() if text is not None}


@cache
def law(*edits: Edit) -> Schedule:
    """The small law, ready to price with."""
    return read_law(law_files(*edits))


TO_2025: tuple[Edit, ...] = (
    ("year: 2026\n", "year: 2025\n"),
    ("Decreto 124", "Decreto 98"),
    ("valid_from: 2026-01-01", "valid_from: 2025-01-01"),
    ("valid_until: 2027-01-01", "valid_until: 2026-01-01"),
)
"""What makes the small law the one of the year before."""
