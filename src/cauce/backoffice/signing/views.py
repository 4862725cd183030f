"""The tray: what waits for a person's signature, signed one or many, returned, and its history."""

from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cauce.backoffice.signing.forms import HistoryFilter, ReturnForm, SignForm, TrayFilter
from cauce.backoffice.signing.papers import PDF
from cauce.backoffice.signing.seen import SEE, seen_by, seen_request
from cauce.books.queries import midnight
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.core.es_mx import count_of
from cauce.core.text import fold
from cauce.documents.models import SignatureRequest
from cauce.documents.operations import return_document, sign_documents, withdraw_signature_request
from cauce.documents.pages import UnreadablePaper, count_pages
from cauce.documents.queries import DamagedFile, file_content, waiting_for_signature
from cauce.registry.models import Account
from cauce.registry.operations import refuse_own_account
from cauce.ui.access import screen
from cauce.ui.acts import done, tell
from cauce.ui.lists import Chosen, Listing, list_page, list_workbook
from cauce.ui.reauthentication import hides_password
from cauce.ui.spreadsheets import Column, Kind
from cauce.users.models import User
from cauce.users.roles import role_label

SIGN = "documents.sign_document"
MOST_SHOWN = 200
MOST_PAGES = 12
TONES = {"WAITING": "accent", "SIGNED": "good", "RETURNED": "bad", "WITHDRAWN": ""}
COLUMNS = [
    Column("Qué es", width=60),
    Column("Clase", width=24),
    Column("Folio", width=16),
    Column("Puesto", width=30),
    Column("Pidió", width=30),
    Column("Pedida", Kind.MOMENT, 18),
    Column("Estado", width=14),
    Column("Resolvió", width=30),
    Column("Resuelta", Kind.MOMENT, 18),
    Column("Nota", width=50),
    Column("Huella del archivo", width=68),
]


@screen(SIGN)
def tray(request: HttpRequest) -> HttpResponse:
    """What waits for this person's signature, the oldest first."""
    return _tray(request, SignForm(request=request, waiting=_waiting(request)))


@screen(SIGN, methods=("POST",))
@hides_password
def sign(request: HttpRequest) -> HttpResponse:
    """Sign what was marked, with the password."""
    form = SignForm(request.POST, request=request, waiting=_waiting(request))
    user = cast(User, request.user)

    def act() -> tuple[str, HttpResponse]:
        chosen = list(form.cleaned_data["item"])
        refuse_own_account(by=user, account_ids=[one.account_id for one in chosen if one.account_id])
        signed = sign_documents(requests=chosen, at=clock.now(), by=user)
        told = count_of(len(signed), "documento firmado", "documentos firmados")
        return f"{told}; quien los pidió ya puede verlo.", redirect("signing:tray")

    answer = done(request, form, act, what="firmar los documentos marcados")
    if answer is not None:
        return answer
    alone = request.POST.get("una", "")
    if alone.isdecimal() and seen_by(user).filter(pk=int(alone)).exists():
        return _page(request, seen_request(request, int(alone)), signing=form)
    return _tray(request, form)


@screen(SEE)
def request_page(request: HttpRequest, signature_id: int) -> HttpResponse:
    """A paper that waits for a signature, or was signed or returned: what it is, who asks, and its pages."""
    return _page(request, seen_request(request, signature_id))


@screen(SIGN, methods=("POST",))
def give_back(request: HttpRequest, signature_id: int) -> HttpResponse:
    """Return a paper unsigned, with what is wrong."""
    found = seen_request(request, signature_id)
    form = ReturnForm(request.POST)

    def act() -> tuple[str, HttpResponse]:
        note = form.cleaned_data["note"]
        return_document(request=found, note=note, at=clock.now(), by=cast(User, request.user))
        return "Quedó devuelto, con su nota, a quien lo pidió.", redirect("signing:tray")

    return done(request, form, act, what="devolver un documento sin firmar") or _page(request, found, returning=form)


@screen(SEE, methods=("POST",))
def withdraw(request: HttpRequest, signature_id: int) -> HttpResponse:
    """Take back what this person asked to be signed."""
    found = seen_request(request, signature_id)
    user = cast(User, request.user)

    def act() -> str:
        if found.asked_by_id != user.pk:
            raise DomainError("Sólo quien pidió la firma la retira; si hay que corregir algo, devuélvalo con una nota.")
        withdraw_signature_request(request=found, at=clock.now(), by=user)
        return "Se retiró de la firma."

    tell(request, act, what="retirar un documento de la firma")
    return redirect("signing:request", found.pk)


@screen(SEE)
def history(request: HttpRequest) -> HttpResponse:
    """Everything that was asked to be signed, the last first."""
    return list_page(request, _listing(request), "backoffice/signing/history.html", lambda page: {"tones": TONES})


@screen(SEE)
def history_workbook(request: HttpRequest) -> HttpResponse:
    """The same list as a workbook."""
    return list_workbook(request, _listing(request))


def _waiting(request: HttpRequest) -> QuerySet[SignatureRequest]:
    return waiting_for_signature(cast(User, request.user), clock.today())


def _tray(request: HttpRequest, form: SignForm) -> HttpResponse:
    waiting = _waiting(request)
    kinds = list(waiting.order_by("kind").values_list("kind", flat=True).distinct())
    filters = TrayFilter(request.GET, kinds=kinds)
    rows = waiting.order_by("asked_at", "pk")
    if filters.is_valid() and filters.cleaned_data["clase"]:
        rows = rows.filter(kind=filters.cleaned_data["clase"])
    shown = list(rows[: MOST_SHOWN + 1])
    marked = set(request.POST.getlist("item"))
    context = {
        "form": form,
        "filters": filters,
        "kinds": kinds,
        "rows": [(one, _number(numbers, one), str(one.pk) in marked) for numbers in [_numbers(shown)] for one in shown][
            :MOST_SHOWN
        ],
        "has_more": len(shown) > MOST_SHOWN,
        "today": clock.today(),
    }
    return render(request, "backoffice/signing/tray.html", context, status=422 if form.errors else 200)


def _page(
    request: HttpRequest,
    found: SignatureRequest,
    *,
    signing: SignForm | None = None,
    returning: ReturnForm | None = None,
) -> HttpResponse:
    may_sign = request.user.has_perm(SIGN) and _waiting(request).filter(pk=found.pk).exists()
    pages, trouble = _pages(found)
    context: dict[str, Any] = {
        "found": found,
        "account_number": _number(_numbers([found]), found),
        "role": role_label(found.role),
        "tone": TONES[found.state],
        "pages": range(1, min(pages, MOST_PAGES) + 1),
        "page_count": pages,
        "trouble": trouble,
        "may_sign": may_sign,
        "may_withdraw": found.state == SignatureRequest.State.WAITING and found.asked_by_id == request.user.pk,
        "form": signing or SignForm(request=request, waiting=_waiting(request)),
        "returning": returning or ReturnForm(),
    }
    is_wrong = signing is not None or returning is not None
    return render(request, "backoffice/signing/request.html", context, status=422 if is_wrong else 200)


def _pages(found: SignatureRequest) -> tuple[int, str]:
    """How many pages can be shown, and what keeps them from being shown."""
    try:
        content = file_content(found.file)
        return (count_pages(content) if found.file.content_type == PDF else 1), ""
    except (DamagedFile, UnreadablePaper) as error:
        return 0, error.message


def _numbers(rows: list[SignatureRequest]) -> dict[int, str]:
    ids = {one.account_id for one in rows if one.account_id}
    return dict(Account.objects.filter(pk__in=ids).values_list("pk", "number")) if ids else {}


def _number(numbers: dict[int, str], one: SignatureRequest) -> str:
    return numbers.get(one.account_id, "") if one.account_id else ""


def _listing(request: HttpRequest) -> Listing[SignatureRequest]:
    user = cast(User, request.user)

    def rows(chosen: Chosen) -> QuerySet[SignatureRequest]:
        found = seen_by(user)
        if chosen["estado"]:
            found = found.filter(state=chosen["estado"])
        if chosen["mias"]:
            found = found.filter(asked_by=user) if chosen["mias"] == "pedi" else found.filter(decided_by=user)
        if chosen["desde_dia"]:
            found = found.filter(asked_at__gte=midnight(chosen["desde_dia"]))
        for word in (chosen["palabra"] or "").split():
            found = found.filter(Q(title__icontains=word) | Q(title__icontains=fold(word)))
        return found

    return Listing(rows=rows, order=["-pk"], form=HistoryFilter, name="firmas", columns=COLUMNS, cells=_cells)


def _cells(one: SignatureRequest) -> tuple[object, ...]:
    return (
        one.title,
        one.kind,
        one.document.folio if one.document else "",
        role_label(one.role),
        str(one.asked_by),
        one.asked_at,
        one.get_state_display(),
        str(one.decided_by or ""),
        one.decided_at,
        one.note,
        one.file.sha256,
    )
