"""Announcements: prepared, published and withdrawn, with the accounts that they reach."""

from collections.abc import Iterator
from typing import cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cauce.announcements.models import Announcement
from cauce.announcements.operations import publish_announcement, withdraw_announcement, write_announcement
from cauce.announcements.queries import accounts_reached, reach_by_route
from cauce.backoffice.announcements.forms import AnnouncementFilter, AnnouncementForm, WithdrawalForm
from cauce.core import clock
from cauce.core.es_mx import format_datetime
from cauce.documents.printing import report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules.report_sheets import ReportSheet, ReportText
from cauce.ui.access import screen
from cauce.ui.acts import done, tell
from cauce.ui.context import is_official_on
from cauce.ui.fields import new_key
from cauce.ui.lists import Chosen, Listing, list_page
from cauce.ui.replies import pdf
from cauce.ui.spreadsheets import Column, workbook
from cauce.users.models import User

SEE = "announcements.view_announcement"
WRITE = "announcements.add_announcement"
PUBLISH = "announcements.publish_announcement"
COLUMNS = (
    Column("Ruta", width=8),
    Column("Cuenta", width=12),
    Column("Titular", width=40),
    Column("Domicilio", width=60),
    Column("Teléfono", width=16),
)


def _rows(chosen: Chosen) -> QuerySet[Announcement]:
    rows = Announcement.objects.select_related("document", "written_by")
    now = clock.now()
    if chosen["cuando"] == "VIGENTES":
        rows = rows.in_force_at(now)
    elif chosen["cuando"] == "PROXIMOS":
        rows = rows.filter(starts_at__gt=now)
    elif chosen["cuando"] == "PASADOS":
        rows = rows.filter(ends_at__lte=now)
    return rows.filter(kind=chosen["clase"]) if chosen["clase"] else rows


ANNOUNCEMENTS = Listing(rows=_rows, order=["-starts_at"], form=AnnouncementFilter)


@screen(SEE)
def announcements(request: HttpRequest) -> HttpResponse:
    """What was announced, the latest start first."""
    return list_page(
        request,
        ANNOUNCEMENTS,
        "backoffice/announcements/announcements.html",
        lambda page: {"rows": [(row, tone_of(row)) for row in page.rows]},
    )


@screen(WRITE, methods=("GET", "POST"))
def new_announcement(request: HttpRequest) -> HttpResponse:
    """Prepare an announcement."""
    form = (
        AnnouncementForm(request.POST) if request.method == "POST" else AnnouncementForm(initial={"llave": new_key()})
    )

    def act() -> tuple[str, HttpResponse]:
        written = write_announcement(
            **form.said(), at=clock.now(), by=cast(User, request.user), key=f"aviso/{form.cleaned_data['llave']}"
        )
        said = f"El aviso {written.document.folio} está preparado. Revise a quién llega y publíquelo."
        return said, redirect("announcements:announcement", written.pk)

    if request.method == "POST" and (response := done(request, form, act, what="preparar un aviso")):
        return response
    context = {"form": form}
    return render(
        request, "backoffice/announcements/new_announcement.html", context, status=422 if form.errors else 200
    )


@screen(SEE)
def announcement(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """One announcement, whom it reaches and what can be done with it."""
    return _page(request, _found(announcement_id))


@screen(PUBLISH, methods=("POST",))
def publish(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """Show it at the window and to who answers the telephone."""
    found = _found(announcement_id)

    def act() -> str:
        publish_announcement(announcement=found, at=clock.now(), by=cast(User, request.user))
        return f"El aviso {found.document.folio} está publicado."

    tell(request, act, what="publicar un aviso")
    return redirect("announcements:announcement", found.pk)


@screen(PUBLISH, methods=("POST",))
def withdraw(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """Stop showing it."""
    found, form = _found(announcement_id), WithdrawalForm(request.POST)

    def act() -> tuple[str, HttpResponse]:
        reason = form.cleaned_data["reason"]
        withdraw_announcement(announcement=found, reason=reason, at=clock.now(), by=cast(User, request.user))
        return f"El aviso {found.document.folio} se retiró.", redirect("announcements:announcement", found.pk)

    return done(request, form, act, what="retirar un aviso") or _page(request, found, form=form, status=422)


@screen(SEE)
def accounts_workbook(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """The accounts that it reaches, as a workbook, in the order of their routes."""
    found = _found(announcement_id)
    shows_phone = request.user.has_perm("registry.view_personal_data")
    return workbook(f"cuentas-{found.document.folio}", COLUMNS, _account_rows(found, shows_phone=shows_phone))


@screen(SEE)
def notice_pdf(request: HttpRequest, announcement_id: int) -> HttpResponse:
    """The notice, to be put up or delivered."""
    found = _found(announcement_id)
    sheet = ReportSheet(
        title=found.get_kind_display(),
        folio=found.document.folio,
        subject=found.title,
        printed_at=timezone.localtime(clock.now()),
        figures=(("Desde", _told(found.starts_at)), ("Hasta", _told(found.ends_at))),
        parts=[
            ReportText(title, words.splitlines())
            for title, words in ((found.title, found.body), ("Dónde", _places(found)), ("Motivo", found.reason))
            if words
        ],
        notes=("Agradecemos su comprensión. Dudas y reportes: 411 155 0050.",),
    )
    paper = report_paper(sheet, issuer(is_official=is_official_on(clock.today())))
    return pdf(paper.pdf(), f"{found.document.folio}.pdf")


def tone_of(found: Announcement) -> tuple[str, str, str]:
    """What an announcement is now: its word, its tone and its icon."""
    now = clock.now()
    if found.withdrawn_at is not None:
        return "Retirado", "bad", "circle-x"
    if found.published_at is None:
        return "Sin publicar", "accent", "pencil"
    if found.ends_at <= now:
        return "Terminado", "", "check"
    if found.starts_at <= now:
        return "Vigente", "good", "circle-check"
    return "Próximo", "teal", "calendar"


def _page(
    request: HttpRequest, found: Announcement, *, form: WithdrawalForm | None = None, status: int = 200
) -> HttpResponse:
    routes = reach_by_route(found)
    may_publish = request.user.has_perm(PUBLISH)
    is_over = found.withdrawn_at is not None or found.ends_at <= clock.now()
    context = {
        "found": found,
        "tone": tone_of(found),
        "routes": routes,
        "reached": sum(accounts for _, accounts in routes),
        "places": _places(found),
        "may_publish": may_publish and found.published_at is None and not is_over,
        "may_withdraw": may_publish and not is_over,
        "form": form or WithdrawalForm(),
    }
    return render(request, "backoffice/announcements/announcement.html", context, status=status)


def _places(found: Announcement) -> str:
    """For whom it is, in words."""
    if found.is_for_everybody:
        return "Todas las cuentas"
    places = list(found.places.select_related("sector", "route", "account"))
    told = [f"Sector {place.sector}" for place in places if place.sector is not None]
    told += [f"Ruta {place.route}" for place in places if place.route is not None]
    told += [f"Cuenta {place.account}" for place in places if place.account is not None]
    return ", ".join(told)


def _account_rows(found: Announcement, *, shows_phone: bool) -> Iterator[tuple[object, ...]]:
    rows = accounts_reached(found).select_related("route", "holder", "connection__premises")
    for row in rows.iterator(chunk_size=2000):
        phone = row.holder.phone if shows_phone else ""
        yield row.route.number, row.number, row.holder.name, row.connection.premises.address, phone


def _told(moment: object) -> str:
    return format_datetime(timezone.localtime(moment))  # type: ignore[arg-type]


def _found(announcement_id: int) -> Announcement:
    rows = Announcement.objects.select_related("document", "written_by", "published_by")
    return get_object_or_404(rows, pk=announcement_id)
