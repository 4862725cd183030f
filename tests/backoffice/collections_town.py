"""The collection of the small town: a ladder, a batch issued, a notice, a notifier and a paper of a legal act."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from cauce.collections.models import CollectionBatch, LadderAct, LadderStep, LegalRecord, NotifierCredential
from cauce.collections.operations import (
    approve_batch,
    issue_batch_chunk,
    issue_credential,
    issue_legal_record,
    load_ladder,
    prepare_batch,
    start_issuing_batch,
)
from cauce.collections.rules import Filters
from cauce.core import clock
from cauce.workorders.operations import load_order_catalogue
from tests.backoffice.town import Town

BASIS = "Código Territorial, artículo 318"


@dataclass(frozen=True, slots=True)
class CollectionsTown:
    """What the screens of collection show."""

    step: LadderStep
    batch: CollectionBatch
    act: LadderAct
    credential: NotifierCredential
    record: LegalRecord


def load_the_ladder(town: Town) -> None:
    """The orders and the ladder that are shipped."""
    office, now = settings.OFFICE_DIR / "cortazar", clock.now()
    load_order_catalogue(path=office / "ordenes.yaml", at=now, by=town.staff["jefe"])
    load_ladder(path=office / "cobranza.yaml", at=now, by=town.staff["jefe"])


def collections_town(town: Town) -> CollectionsTown:
    """Make it; what was made is found again."""
    now, today = clock.now(), clock.today()
    coordinator, head = town.staff["coordinador"], town.staff["jefe"]
    load_the_ladder(town)
    step = LadderStep.objects.get(pk="AVISO")
    batch = prepare_batch(
        step=step, filters=Filters(), day=today, capacity=5, at=now, by=coordinator, key="town/relacion"
    )
    if batch.state == CollectionBatch.State.PREVIEWED:
        approve_batch(batch=batch, at=now, by=head)
        start_issuing_batch(batch=batch, at=now, by=coordinator)
        while issue_batch_chunk(batch=batch, at=now, by=coordinator):
            pass
        batch.refresh_from_db()
    act = LadderAct.objects.filter(batch=batch, state="ISSUED").order_by("place")[0]
    credential = NotifierCredential.objects.first() or issue_credential(
        user=town.staff["tecnico"],
        position="Notificador e inspector",
        authority="Director General",
        legal_basis=BASIS,
        valid_from=today,
        valid_until=today + timedelta(days=180),
        at=now,
        by=head,
    )
    record = issue_legal_record(
        kind=LegalRecord.Kind.VISIT_ORDER,
        credential=credential,
        place="Calle Colibrí 14, colonia El Zapote",
        addressee="Propietario, poseedor u ocupante",
        matter="Toma no registrada en el padrón",
        legal_basis=BASIS,
        at=now,
        by=coordinator,
        key="town/visita",
    )
    return CollectionsTown(step, batch, act, credential, record)
