"""The office's file gives drafts, once; what is wrong in it is told by its name."""

from pathlib import Path

import pytest
import yaml
from django.conf import settings

from cauce.guidelines.models import Guideline, GuidelineVersion
from cauce.guidelines.operations import GuidelinesRejected, load_guidelines, rewrite_guideline
from cauce.guidelines.queries import text_of
from cauce.users.models import User
from tests.guidelines.conftest import AT, authorised

OFFICE = settings.OFFICE_DIR / "cortazar" / "lineamientos.yaml"
pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> User:
    return User.objects.get(username="cli-captura")


def test_the_office_has_one_of_each_kind_and_loads_once(clerk: User, coordinator: User, head: User) -> None:
    assert load_guidelines(path=OFFICE, at=AT, by=clerk) == 3
    assert set(Guideline.objects.values_list("kind", flat=True)) == set(Guideline.Kind)
    assert set(GuidelineVersion.objects.values_list("state", flat=True)) == {"DRAFT"}
    draft = GuidelineVersion.objects.order_by("pk")[0]
    asked = {"text": text_of(draft), "valid_from": AT.date(), "changes": "", "edition": 1}
    mine = rewrite_guideline(version=draft, **asked, at=AT, by=coordinator, key="mía")
    authorised(mine, sent_by=coordinator, by=head)
    assert load_guidelines(path=OFFICE, at=AT, by=clerk) == 0


def test_another_wording_is_the_draft_of_another_version(
    clerk: User, coordinator: User, head: User, tmp_path: Path
) -> None:
    load_guidelines(path=OFFICE, at=AT, by=clerk)
    authorised(GuidelineVersion.objects.order_by("pk")[0], sent_by=coordinator, by=head)
    content = yaml.safe_load(OFFICE.read_text(encoding="utf-8"))
    content["lineamientos"][0]["para_que"] = "Otra cosa."
    content["lineamientos"][1]["para_que"] = "Espera: hay otra en trámite."
    file = tmp_path / "lineamientos.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    assert load_guidelines(path=file, at=AT, by=clerk) == 1
    second = GuidelineVersion.objects.get(number=2)
    assert second.purpose == "Otra cosa." and second.state == "DRAFT"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda content: content.pop("desde"), "lleva «desde»"),
        (lambda content: content.update(desde="ayer"), "lleva «desde»"),
        (lambda content: content["lineamientos"][1].pop("lista"), "lineamiento 2: lleva"),
        (lambda content: content["lineamientos"][0].update(clase="otra"), "lineamiento 1: lleva"),
        (lambda content: content["lineamientos"][2].update(puestos=["rey"]), "lineamiento 3. El lineamiento no está"),
        (lambda content: content["lineamientos"][0]["clausulas"].append({"texto": "x"}), "mal escritas"),
        (lambda content: content["lineamientos"][0]["lista"][0].update(quien="x"), "mal escritas"),
        (lambda content: content["lineamientos"][0].update(clausulas="texto"), "mal escritas"),
    ],
)
def test_a_file_that_is_wrong_is_told_and_nothing_is_loaded(clerk: User, tmp_path: Path, change, said: str) -> None:  # type: ignore[no-untyped-def]
    content = yaml.safe_load(OFFICE.read_text(encoding="utf-8"))
    change(content)
    file = tmp_path / "lineamientos.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(GuidelinesRejected, match=said):
        load_guidelines(path=file, at=AT, by=clerk)
    assert not Guideline.objects.exists()
