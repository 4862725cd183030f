"""Reading a law from a folder, or from the files that somebody sends, and trying its worked cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cauce.tariffs import rules
from cauce.tariffs.operations.refusals import NotALawFolder

_LAW_SUFFIXES = (".yaml", ".yml", ".csv")


@dataclass(frozen=True, slots=True)
class ReadLaw:
    """A law as its files say it: its text by file, what it says, and how its worked cases came out."""

    files: Mapping[str, str]
    schedule: rules.Schedule
    cases: rules.CasesOutcome


def check_law(*, directory: Path) -> ReadLaw:
    """Read a law's folder strictly and try its worked cases, writing nothing. The cases may differ: see ``cases``.

    :raises NotALawFolder: there is no such folder.
    :raises LawRejected: with every fault by file, row and column.
    """
    if not directory.is_dir():
        raise NotALawFolder(f"No hay una carpeta «{directory}»; indique la que tiene {rules.LAW_FILE} y sus tablas.")
    return check_law_files(
        files={path.name: path.read_bytes() for path in sorted(directory.iterdir()) if path.is_file()}
    )


def check_law_files(*, files: Mapping[str, bytes]) -> ReadLaw:
    """Read the files of a law, by name, and try its worked cases, writing nothing; other kinds of file are left alone.

    :raises LawRejected: with every fault by file, row and column.
    """
    texts = {
        name: _decoded(name, content) for name, content in sorted(files.items()) if Path(name).suffix in _LAW_SUFFIXES
    }
    schedule = rules.read_law(texts)
    text = texts.get(rules.CASES_FILE)
    cases = [] if text is None else rules.read_cases(rules.CASES_FILE, text)
    return ReadLaw(texts, schedule, rules.run_cases(cases, lambda _month: schedule))


def _decoded(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise rules.LawRejected(
            [rules.Defect(name, None, None, "no es texto en UTF-8; guárdelo de nuevo en UTF-8.")]
        ) from None
