"""Files of the office's data: read whole or refused in one sentence, and told apart by what they say."""

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from cauce.core.errors import DomainError


class Kept(NamedTuple):
    """A file's content as it is kept in the database, and the fingerprint by which it is the same version."""

    content: Any
    sha256: str


def read_yaml(path: Path, *, refusal: type[DomainError]) -> Any:
    """What a YAML file of the office says.

    :raises DomainError: the ``refusal``, naming the file, when it is not there or is not YAML.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise refusal(f"No se pudo leer «{path.name}»; revise que exista y que sea YAML.") from error


def kept(content: Any) -> Kept:
    """The content with days and decimals as text, and its fingerprint, the same whatever the order of its keys."""
    plain = json.loads(json.dumps(content, default=str))
    return Kept(plain, hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest())
