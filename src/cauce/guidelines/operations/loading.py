"""The lineamientos of the office's file: drafts that the coordinator reads, makes their own and sends to review."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from cauce.core.yaml_files import read_yaml
from cauce.guidelines.models import Guideline
from cauce.guidelines.operations.refusals import GuidelineRefused, GuidelinesRejected
from cauce.guidelines.operations.writing import whole, write_new_version
from cauce.guidelines.queries import UNDER_WAY
from cauce.guidelines.rules import Clause, GuidelineText, Point, fingerprint, sealed_text
from cauce.users.models import User

_FIELDS: Final = {"clase", "titulo", "para_que", "puestos", "clausulas", "lista"}
_POINT: Final = {"que", "como", "meta"}
_KINDS: Final = {
    "control-tarifario": Guideline.Kind.TARIFF_CONTROL,
    "cobranza": Guideline.Kind.COLLECTION,
    "suspension": Guideline.Kind.SUSPENSION,
}


@transaction.atomic
def load_guidelines(*, path: Path, at: datetime, by: User) -> int:
    """Take the lineamientos of the office's file as drafts. Idempotent: the same words are the same version.

    A lineamiento that has a version under way keeps it: the file waits until it is authorised or withdrawn.

    :returns: how many drafts were added.
    :raises GuidelinesRejected: naming the file and what is wrong in it.
    """
    content = read_yaml(path, refusal=GuidelinesRejected)
    listed = content.get("lineamientos") if isinstance(content, dict) else None
    if not isinstance(listed, list) or set(content) != {"desde", "lineamientos"} or type(content["desde"]) is not date:
        raise GuidelinesRejected(f"«{path.name}» lleva «desde», que es una fecha, y la lista «lineamientos».")
    added = 0
    for place, facts in enumerate(listed, start=1):
        if not isinstance(facts, dict) or set(facts) != _FIELDS or facts["clase"] not in _KINDS:
            raise GuidelinesRejected(
                f"«{path.name}», lineamiento {place}: lleva {', '.join(sorted(_FIELDS))}; y «clase» es una de "
                f"{', '.join(_KINDS)}."
            )
        try:
            text = whole(_text(facts))
        except GuidelineRefused as error:
            raise GuidelinesRejected(f"«{path.name}», lineamiento {place}. {error.message}") from error
        except (TypeError, KeyError, AttributeError) as error:
            raise GuidelinesRejected(
                f"«{path.name}», lineamiento {place}: sus cláusulas o su lista están mal escritas."
            ) from error
        added += _store(_KINDS[facts["clase"]], text, content["desde"], at, by)
    return added


def _text(facts: Mapping[str, Any]) -> GuidelineText:
    for point in facts["lista"]:
        if not _POINT <= set(point) <= {*_POINT, "cifra"}:
            raise KeyError(str(point))
    return GuidelineText(
        title=facts["titulo"],
        purpose=facts["para_que"],
        clauses=[Clause(each["texto"], each["fundamento"]) for each in facts["clausulas"]],
        points=[Point(each["que"], each["como"], each["meta"], each.get("cifra", "")) for each in facts["lista"]],
        roles=facts["puestos"],
    )


def _store(kind: Guideline.Kind, text: GuidelineText, valid_from: date, at: datetime, by: User) -> bool:
    key = f"archivo/{fingerprint(sealed_text(text, number=0, valid_from=valid_from))}"
    guideline = Guideline.objects.filter(name=text.title).first()
    if guideline is None:
        guideline = Guideline.objects.create(kind=kind, name=text.title, created_at=at)
    if guideline.versions.filter(Q(key=key) | Q(state__in=UNDER_WAY)).exists():
        return False
    last = guideline.versions.order_by("-number").first()
    number, changes = (1, "") if last is None else (last.number + 1, "Lo que cambia el archivo de la oficina.")
    write_new_version(
        guideline, text=text, number=number, valid_from=valid_from, changes=changes, at=at, by=by, key=key
    )
    return True
