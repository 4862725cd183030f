"""The papers of legal acts in the demonstration: a citatorio, its cédula and razón, and a visit outside the debt."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from cauce.cli.demo.days import KEY
from cauce.cli.demo.stories import Scene
from cauce.collections.models import LadderAct, LegalRecord, NotifierCredential
from cauce.collections.operations import fill_legal_record, issue_credential, issue_legal_record, void_legal_record
from cauce.collections.rules.legal import BASES

_AUTHORITY: Final = "Director General del organismo"
_BASIS: Final = "Código Territorial para el Estado y los Municipios de Guanajuato, artículo 335"
_MATTER: Final = "Requerimiento de pago del adeudo por servicios de agua"


def serve_papers(scene: Scene) -> None:
    """What a notifier does on a day."""
    if scene.day in DAYS:
        DAYS[scene.day](scene)


def _summon(scene: Scene) -> None:
    """The notifiers have their credentials, and nobody was at home in three houses: a citatorio is left."""
    for username in ("tecnico", "tecnico2"):
        if not NotifierCredential.objects.filter(user=scene.person(username)).exists():
            issue_credential(
                user=scene.person(username),
                position="Notificador y verificador",
                authority=_AUTHORITY,
                legal_basis=_BASIS,
                valid_from=scene.day,
                valid_until=date(2026, 12, 31),
                at=scene.at(8, 30),
                by=scene.person("jefe"),
            )
    acts = LadderAct.objects.filter(step_id="REQUERIMIENTO", state="ISSUED").select_related("account__holder")
    for place, act in enumerate(acts.order_by("place")[:4]):
        told = {
            "Persona que atendió": "Un vecino, que dijo llamarse Pedro Rangel",
            "Deberá esperar al notificador el día": "lunes 28 de septiembre de 2026",
            "A las": f"{10 + place}:00",
            "Se dejó en poder de": "Pegado en la puerta del domicilio",
        }
        record = _issue(scene, "SUMMONS", f"citatorio:{place}", act=act, at=scene.at(13, place))
        if place < 3:
            _fill(record, told, scene.at(15, 10 * place))
        elif record.state == LegalRecord.State.ISSUED:
            reason = "Pagó antes de la diligencia."
            void_legal_record(record=record, reason=reason, at=scene.at(16), by=scene.person("coordinador"))


def _serve(scene: Scene) -> None:
    """The cédula of each citatorio and its razón; the last cédula is still in the street."""
    summons = LegalRecord.objects.filter(kind="SUMMONS", state="FILLED").select_related("account__holder", "act")
    for place, before in enumerate(summons.order_by("pk")):
        assert before.account is not None
        service = _issue(scene, "SERVICE", f"cedula:{place}", follows=before, at=scene.at(9, place))
        if place == 2:
            continue
        who = {
            "Persona que atendió": before.account.holder.name,
            "Carácter con que se ostenta": "Titular de la cuenta",
            "Se identificó con": "Credencial para votar",
        }
        served_at = scene.at(10 + place, 5)
        told = {**who, "Documento que se entrega": "Requerimiento de pago en original", "Número de hojas": "2"}
        _fill(service, told, served_at)
        reason = _issue(scene, "RETURN", f"razon:{place}", follows=service, at=served_at + timedelta(minutes=12))
        told = {
            **who,
            "Cómo se cercioró del domicilio": "Por la placa de la calle, el número y el medidor de la cuenta",
            "Qué sucedió": "Se entregó la cédula con el requerimiento; leyó, firmó y recibió su copia.",
        }
        _fill(reason, told, served_at + timedelta(minutes=20))


def _visit(scene: Scene) -> None:
    """A place without an account, where a neighbour told of a connection: the order of visit and its acta."""
    place = "Calle Álamo S/N, frente al 214, colonia Las Fuentes"
    order = _issue(
        scene,
        "VISIT_ORDER",
        "visita",
        place=place,
        addressee="Propietario, poseedor u ocupante",
        matter="Inspección de una toma que no está en el padrón",
        at=scene.at(9),
    )
    told = {
        "Objeto de la visita": "Verificar si hay una derivación sin medidor desde la red",
        "Lugares que se visitan": "Frente del predio y cuadro de la toma",
        "Periodo o hechos que se revisan": "El estado de la toma en el día",
        "Recibió la orden: nombre y firma": "Luis Ángel Martínez Soto",
    }
    _fill(order, told, scene.at(11))
    act = _issue(scene, "VISIT_ACT", "acta", follows=order, at=scene.at(11, 5))
    told = {
        "Persona que atendió": "Luis Ángel Martínez Soto",
        "Carácter con que se ostenta": "Ocupante",
        "Se identificó con": "Credencial para votar",
        "Primer testigo: nombre y domicilio": "Teresa Luna Gómez, Álamo 216",
        "Segundo testigo: nombre y domicilio": "Raúl Ibarra Peña, Álamo 210",
        "Quién designó a los testigos": "El visitado",
        "Hechos que se observaron": "Manguera de 1/2 pulgada unida a la red con abrazadera; llena un tinaco.",
        "Toma, tubería o derivación encontrada": "Derivación de 1/2 pulgada sin medidor",
        "Manifestaciones del visitado": "Que desea contratar y que la hizo el dueño anterior.",
        "Hora en que terminó": "12:10",
    }
    _fill(act, told, scene.at(12, 10))


def _issue(
    scene: Scene,
    kind: str,
    name: str,
    *,
    at: datetime,
    act: LadderAct | None = None,
    follows: LegalRecord | None = None,
    place: str = "",
    addressee: str = "",
    matter: str = "",
) -> LegalRecord:
    credential = NotifierCredential.objects.filter(user=scene.person("tecnico"), revoked_on=None).get()
    return issue_legal_record(
        kind=kind,
        credential=credential,
        account=None if act is None else act.account,
        act=act,
        follows=follows,
        place=place,
        addressee=addressee,
        matter=matter or _MATTER,
        legal_basis=BASES[kind],
        at=at,
        by=scene.person("coordinador"),
        key=f"{KEY}diligencia:{name}",
    )


def _fill(record: LegalRecord, fields: Mapping[str, str], at: datetime) -> None:
    if record.state == LegalRecord.State.ISSUED:
        by = record.credential.user
        fill_legal_record(record=record, happened_at=at, fields=fields, at=at + timedelta(minutes=20), by=by)


DAYS: Final[dict[date, Callable[[Scene], None]]] = {
    date(2026, 9, 25): _summon,
    date(2026, 9, 28): _serve,
    date(2026, 10, 7): _visit,
}
