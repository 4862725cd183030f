"""Receipts without power: the blocks printed and what was captured of each."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.sessions import papers
from cauce.backoffice.sessions.forms import BlockForm, CaptureRow
from cauce.cashier.models import CashSession, ContingencyBlock
from cauce.cashier.operations import PaymentShare, capture_contingency, print_contingency_block, spoil_contingency
from cauce.cashier.queries.contingency import (
    block_of_folio,
    block_states,
    blocks_of,
    contingency_folio,
    unfinished_blocks,
)
from cauce.cashier.queries.sessions import open_session_of
from cauce.cashier.rules import Tendered
from cauce.core import clock
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_money
from cauce.ui.access import screen, user_of
from cauce.ui.fields import account_named, new_key
from cauce.ui.lists import Listing, list_page
from cauce.ui.refusals import message_of
from cauce.ui.replies import pdf

ROWS = 8
MISSING_SHOWN = 60
CaptureTable = formset_factory(CaptureRow, extra=0, max_num=ROWS, absolute_max=ROWS)


@dataclass(frozen=True, slots=True)
class Captured:
    """What was captured of a row: its printed folio, and the receipt that it became or why it was spoilt."""

    folio: str
    words: str


@screen("cashier.view_contingencyblock")
def blocks(request: HttpRequest) -> HttpResponse:
    """The blocks printed, with what is known of their folios."""
    listing = Listing(rows=lambda chosen: blocks_of(), order=["-printed_at"])
    return list_page(
        request,
        listing,
        "backoffice/sessions/blocks.html",
        lambda page: {"states": block_states(page.rows), "form": BlockForm()},
    )


@screen("cashier.add_contingencyblock", methods=("POST",))
def print_block(request: HttpRequest) -> HttpResponse:
    """Print a block with the folios that follow."""
    form = BlockForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("sessions:blocks")
    try:
        block = print_contingency_block(
            desk=form.cleaned_data["desk"], count=form.cleaned_data["count"], at=clock.now(), by=user_of(request)
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("sessions:blocks")
    messages.success(request, f"Quedaron apartados los folios {block}; imprímalos.")
    return redirect("sessions:block", block.pk)


@screen("cashier.view_contingencyblock")
def block(request: HttpRequest, block_id: int) -> HttpResponse:
    """A block: each folio, what it became, and those of which nobody has told."""
    found = get_object_or_404(ContingencyBlock.objects.select_related("desk", "printed_by"), pk=block_id)
    (state,) = block_states([found])
    told = found.receipts.select_related("payment", "captured_by").prefetch_related("payment__receipts__document")
    context = {
        "printed": found,
        "state": state,
        "missing": [contingency_folio(found, number) for number in state.missing],
        "told": [(contingency_folio(found, receipt.number), receipt) for receipt in told.order_by("number")],
    }
    return render(request, "backoffice/sessions/block.html", context)


@screen("cashier.view_contingencyblock")
def block_pdf(request: HttpRequest, block_id: int) -> HttpResponse:
    """The blank receipts, four to a page."""
    found = get_object_or_404(ContingencyBlock.objects.select_related("desk"), pk=block_id)
    return pdf(papers.block_paper(found).pdf(), f"contingencia-{found.series}-{found.first}.pdf")


@screen("cashier.capture_contingency", methods=("GET", "POST"))
def capture(request: HttpRequest) -> HttpResponse:
    """Capture several paper receipts at once: each row is its own payment, with its own key."""
    session = open_session_of(user_of(request).pk)
    done: list[Captured] = []
    table = CaptureTable(request.POST) if request.method == "POST" else _blank_table(session)
    if request.method == "POST" and session is not None and table.is_valid():
        done, failed = _capture_all(request, session, table)
        if not failed and done:
            for each in done:
                messages.success(request, f"{each.folio}: {each.words}")
            return redirect("sessions:capture")
    context: dict[str, Any] = {
        "session": session,
        "is_left_open": session is not None and session.day < clock.today(),
        "table": table,
        "done": done,
        "missing": _missing(session),
    }
    return render(request, "backoffice/sessions/capture.html", context)


def _capture_all(
    request: HttpRequest, session: CashSession, table: "BaseFormSet[CaptureRow]"
) -> tuple[list[Captured], bool]:
    """Do each row by itself; those that fail keep what was typed and say why."""
    done, failed = [], False
    for form in table:
        if form.is_blank:
            continue
        try:
            done.append(_capture_row(request, session, form))
        except DomainError as error:
            what = f"capturar un recibo de contingencia de la cuenta {form.cleaned_data['account']}"
            form.add_error(None, message_of(request, error, what=what))
            failed = True
    return done, failed


class _RowUnreadable(DomainError):
    """What a row says leads nowhere."""


def _capture_row(request: HttpRequest, session: CashSession, form: CaptureRow) -> Captured:
    said = form.cleaned_data
    found = _block_of(said["folio"], session)
    if found is None:
        raise _RowUnreadable(f"{said['folio']} no es de un bloc impreso; revise el folio en el papel.")
    owner, number = found
    folio = contingency_folio(owner, number)
    at, user = clock.now(), user_of(request)
    if said["spoilt"]:
        spoil_contingency(block=owner, number=number, reason=said["spoilt"], at=at, by=user)
        return Captured(folio, f"inutilizado, {said['spoilt']}")
    account = account_named(said["account"])
    if account is None:
        raise _RowUnreadable(f"La cuenta {said['account']} no existe; revise el número en el papel.")
    told = capture_contingency(
        block=owner,
        number=number,
        share=PaymentShare(account=account, amount=said["amount"]),
        tenders=[Tendered(said["method"], said["amount"], said["reference"])],
        received_at=form.received_at,
        session=session,
        at=at,
        by=user,
        key=said["key"],
    )
    assert told.payment is not None
    receipt = told.payment.receipts.select_related("document").get()
    return Captured(folio, f"comprobante {receipt.document.folio} por {format_money(receipt.amount)}, {account.holder}")


def _block_of(text: str, session: CashSession) -> tuple[ContingencyBlock, int] | None:
    """The block of a folio as it is printed, or of its number alone in the desk's own series."""
    series, _, number = text.strip().rpartition("-")
    if not number.isdecimal():
        return None
    if not series:
        own = ContingencyBlock.objects.filter(desk=session.desk, first__lte=int(number), last__gte=int(number))
        block = own.select_related("desk").order_by("-pk").first()
    else:
        block = block_of_folio(series, int(number))
    return None if block is None else (block, int(number))


def _missing(session: CashSession | None) -> list[str]:
    """The folios of the desk's blocks of which nobody has told, the first ones."""
    if session is None:
        return []
    states = block_states(unfinished_blocks().filter(desk=session.desk))
    folios = (contingency_folio(state.block, number) for state in states for number in state.missing)
    return [folio for folio, _ in zip(folios, range(MISSING_SHOWN), strict=False)]


def _blank_table(session: CashSession | None) -> "BaseFormSet[CaptureRow]":
    """Rows with the next folios of which nothing is known; the day is today's until it is changed."""
    folios = [*_missing(session)[:ROWS], *[""] * ROWS][:ROWS]
    return CaptureTable(initial=[{"folio": folio, "key": new_key(), "day": clock.today()} for folio in folios])
