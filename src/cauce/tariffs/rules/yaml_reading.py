"""A strict reading of YAML: every fault with its line and path, decimals instead of floats, no key unread.

A getter that finds a fault notes it and returns an empty value of its type; the caller refuses the law at the end,
so the empty value goes nowhere.
"""

import re
from datetime import date
from decimal import Decimal

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from cauce.tariffs.rules.defects import Defects

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_STRING = "tag:yaml.org,2002:str"
_NULL = "tag:yaml.org,2002:null"


def compose(file: str, text: str, defects: Defects) -> "Section":
    """Read a YAML document whose top is a mapping; if it is not one, the fault is noted and the section is empty."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        defects.add(file, "no se puede leer como YAML.", row=None if mark is None else mark.line + 1)
        node = None
    else:
        if not isinstance(node, MappingNode):
            defects.add(file, "debe ser una lista de «nombre: valor».", row=1)
    return Section(file, "", node, defects)


class Section:
    """A mapping of the document, read key by key; ``close`` notes the keys that nobody asked for."""

    def __init__(self, file: str, path: str, node: Node | None, defects: Defects) -> None:
        self.file = file
        self.path = path
        self.line = None if node is None else node.start_mark.line + 1
        # What is missing or of another type was noted by whoever asked for it: its keys are not missed one by one.
        self._is_absent = not isinstance(node, MappingNode)
        self._defects = defects
        self._values: dict[str, Node] = {}
        self._keys: dict[str, Node] = {}
        self._read: set[str] = set()
        if isinstance(node, MappingNode):
            for key, value in node.value:
                self._keep(key, value)

    def _keep(self, key: Node, value: Node) -> None:
        name = key.value if isinstance(key, ScalarNode) else ""
        if not name:
            self._note("hay un nombre que no es texto.", node=key)
        elif name in self._values:
            self._note("está repetido.", node=key, name=name)
        elif name.startswith("0") and key.tag != _STRING:
            self._note("una clave que empieza con cero va entre comillas.", node=key, name=name)
        else:
            self._values[name] = value
            self._keys[name] = key

    @property
    def names(self) -> list[str]:
        """The keys, in their order; asking for them counts as reading none."""
        return list(self._values)

    def has(self, name: str) -> bool:
        """Whether the key is there."""
        return name in self._values

    def close(self) -> None:
        """Note every key that was not read: a misspelt parameter must not be ignored."""
        for name, key in self._keys.items():
            if name not in self._read:
                self._note("nombre desconocido; revise cómo se escribe.", node=key, name=name)

    def note(self, message: str, name: str | None = None) -> None:
        """Note a fault of one key, or of the section; silent if the section itself is missing."""
        if self._is_absent:
            return
        self._note(message, node=self._values.get(name) if name else None, name=name)

    def section(self, name: str) -> "Section":
        """A mapping inside this one."""
        node = self._take(name)
        if node is not None and not isinstance(node, MappingNode):
            self._note("debe ser una lista de «nombre: valor».", node=node, name=name)
        return Section(self.file, self._path_of(name), node, self._defects)

    def sections(self, name: str) -> "list[Section]":
        """A list of mappings."""
        node = self._take(name)
        if node is None:
            return []
        if not isinstance(node, SequenceNode):
            self._note("debe ser una lista.", node=node, name=name)
            return []
        return [
            Section(self.file, f"{self._path_of(name)}[{position}]", item, self._defects)
            for position, item in enumerate(node.value, start=1)
        ]

    def text(self, name: str) -> str:
        """A text that is not blank."""
        node = self._scalar(name)
        if node is None:
            return ""
        if not node.value.strip() or node.tag == _NULL:
            self._note("falta el valor.", node=node, name=name)
        return str(node.value).strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        node = self._take(name)
        if node is None:
            return ()
        if not isinstance(node, SequenceNode) or not all(isinstance(item, ScalarNode) for item in node.value):
            self._note("debe ser una lista de textos.", node=node, name=name)
            return ()
        return tuple(item.value for item in node.value)

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of the allowed texts."""
        value = self.text(name)
        if value and value not in allowed:
            self.note(f"«{value}» no se reconoce; debe ser {' o '.join(allowed)}.", name)
        return value

    def flag(self, name: str) -> bool:
        """``true`` or ``false``."""
        node = self._scalar(name)
        if node is None:
            return False
        if node.value not in ("true", "false"):
            self._note("debe ser true o false.", node=node, name=name)
        return bool(node.value == "true")

    def number(self, name: str, *, least: int | None = 0, most: int | None = None) -> Decimal:
        """A number with its decimals as written."""
        node = self._scalar(name)
        return Decimal(0) if node is None else self._number(node, name, least, most)

    def number_or_none(self, name: str) -> Decimal | None:
        """A number, or null."""
        node = self._scalar(name)
        if node is None or node.tag == _NULL:
            return None
        return self._number(node, name, 0, None)

    def whole(self, name: str, *, least: int = 0, most: int | None = None) -> int:
        """A whole number."""
        number = self.number(name, least=least, most=most)
        if number != number.to_integral_value():
            self.note("debe ser un número entero.", name)
        return int(number)

    def numbers(self, name: str, count: int, *, least: int | None = None) -> tuple[Decimal, ...]:
        """A list of exactly ``count`` numbers."""
        node = self._take(name)
        if node is None:
            return (Decimal(0),) * count
        if not isinstance(node, SequenceNode) or len(node.value) != count:
            self._note(f"debe ser una lista de {count} números.", node=node, name=name)
            return (Decimal(0),) * count
        return tuple(self._number(item, name, least, None) for item in node.value)

    def day(self, name: str) -> date:
        """A date written ``AAAA-MM-DD``."""
        node = self._scalar(name)
        if node is None:
            return date.min
        try:
            return date.fromisoformat(node.value)
        except ValueError:
            self._note(f"«{node.value}» no es una fecha; se escribe AAAA-MM-DD.", node=node, name=name)
            return date.min

    def _number(self, node: Node, name: str, least: int | None, most: int | None) -> Decimal:
        if not isinstance(node, ScalarNode) or not _NUMBER.fullmatch(node.value):
            shown = f"«{node.value}» " if isinstance(node, ScalarNode) else ""
            self._note(f"{shown}no es un número.", node=node, name=name)
            return Decimal(0)
        number = Decimal(node.value)
        if least is not None and number < least:
            self._note(f"no puede ser menor que {least}.", node=node, name=name)
        if most is not None and number > most:
            self._note(f"no puede ser mayor que {most}.", node=node, name=name)
        return number

    def _scalar(self, name: str) -> ScalarNode | None:
        node = self._take(name)
        if node is None or isinstance(node, ScalarNode):
            return node
        self._note("debe ser un solo valor.", node=node, name=name)
        return None

    def _take(self, name: str) -> Node | None:
        self._read.add(name)
        node = self._values.get(name)
        if node is None and not self._is_absent:
            self._note("falta.", name=name)
        return node

    def _path_of(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _note(self, message: str, *, node: Node | None = None, name: str | None = None) -> None:
        line = self.line if node is None else node.start_mark.line + 1
        path = self._path_of(name) if name else self.path
        self._defects.add(self.file, message, row=line, column=path or None)
