"""Reading a file of the office's data."""

from pathlib import Path
from typing import Any

import yaml

from cauce.workorders.operations.refusals import CatalogueRejected
from cauce.workorders.rules.catalogue import FileFault


class _OnceLoader(yaml.SafeLoader):
    """Reads YAML and refuses a key that is written twice, of which the plain loader silently keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping of ``node``."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        repeated = next((key for position, key in enumerate(keys) if key in keys[:position]), None)
        if repeated is not None:
            raise FileFault(f"«{repeated}» está repetida")
        return super().construct_mapping(node, deep=deep)


def content_of(path: Path) -> object:
    """What a YAML file says, each key once.

    :raises CatalogueRejected: naming the file and what is wrong in it.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _OnceLoader)  # noqa: S506
    except FileFault as error:
        raise CatalogueRejected(f"«{path.name}»: {error}.") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CatalogueRejected(f"No se pudo leer «{path.name}»; revise que exista y que sea YAML.") from error
