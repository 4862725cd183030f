"""What waits of the telephone, the radio, Informática and Comunicación Social."""

from collections.abc import Callable, Iterator

from django.urls import reverse
from django.utils import timezone

from cauce.announcements.models import Announcement, OfferingRequest
from cauce.backoffice.today.piles import SHOWN, Line, Waiting
from cauce.cases.queries.calls import calls_late, calls_to_return, messages_for, radio_with_people
from cauce.cases.queries.informatics import open_requests
from cauce.core import clock, es_mx
from cauce.users.models import User


def _calls_to_return(user: User) -> Iterator[Waiting]:
    calls = calls_to_return()
    lines = [
        Line(
            f"{call.caller_name or call.phone}: {call.matter}",
            es_mx.format_datetime(timezone.localtime(call.call_back_at)) if call.call_back_at else "",
            reverse("calls:call", args=[call.pk]),
        )
        for call in calls[:SHOWN]
    ]
    address, is_late = reverse("calls:to_return"), calls_late(clock.now()).exists()
    yield Waiting("Llamadas por devolver", "phone", calls.count(), lines, address, "Ver todas", is_late=is_late)


def _messages(user: User) -> Iterator[Waiting]:
    messages = messages_for(user)
    address = reverse("calls:messages")
    lines = [Line(message.text, str(message.left_by), address) for message in messages[:SHOWN]]
    yield Waiting("Recados", "mail", messages.count(), lines, address, "Ver los recados")


def _radio_to_acknowledge(user: User) -> Iterator[Waiting]:
    heard = radio_with_people().filter(acknowledged_at__isnull=True).order_by("-heard_at")
    address = reverse("radio:messages") + "?enterado=NO"
    lines = [Line(f"{row.unit}: {row.message}", row.get_matter_display(), address) for row in heard[:SHOWN]]
    yield Waiting("Mensajes de radio sin enterado", "device-mobile", heard.count(), lines, address, "Ver el radio")


def _asked_of_informatics(user: User) -> Iterator[Waiting]:
    asked = open_requests()
    lines = [
        Line(
            f"{row.document.folio}: {row.matter}",
            row.get_state_display(),
            reverse("informatics:request", args=[row.pk]),
        )
        for row in asked[:SHOWN]
    ]
    address = reverse("informatics:requests") + "?estado=ABIERTAS"
    yield Waiting("Solicitudes a Informática", "device-desktop", asked.count(), lines, address, "Ver las solicitudes")


def _to_publish(user: User) -> Iterator[Waiting]:
    written = Announcement.objects.filter(
        published_at__isnull=True, withdrawn_at__isnull=True, ends_at__gt=clock.now()
    ).order_by("starts_at")
    lines = [
        Line(
            row.title,
            es_mx.format_datetime(timezone.localtime(row.starts_at)),
            reverse("announcements:announcement", args=[row.pk]),
        )
        for row in written[:SHOWN]
    ]
    address = reverse("announcements:announcements")
    yield Waiting(
        "Avisos sin publicar", "alert-circle", written.count(), lines, address, "Ver los avisos", is_late=True
    )


def _materials_asked(user: User) -> Iterator[Waiting]:
    asked = OfferingRequest.objects.filter(state=OfferingRequest.State.ASKED).select_related("offering", "area")
    address = reverse("announcements:offerings")
    lines = [
        Line(f"{row.area}: {row.offering.name}", es_mx.format_quantity(row.quantity), address)
        for row in asked.order_by("asked_at")[:SHOWN]
    ]
    yield Waiting("Folletos y lugares pedidos", "files", asked.count(), lines, address, "Ver los pedidos")


ATTENTION_PILES: tuple[tuple[str, Callable[[User], Iterator[Waiting]]], ...] = (
    ("cases.add_call", _calls_to_return),
    ("", _messages),
    ("cases.acknowledge_radiomessage", _radio_to_acknowledge),
    ("cases.attend_systemrequest", _asked_of_informatics),
    ("announcements.publish_announcement", _to_publish),
    ("announcements.change_offering", _materials_asked),
)
