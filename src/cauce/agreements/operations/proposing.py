"""Asking for an agreement, authorising the exception, and preparing its papers."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from cauce.agreements.events import (
    AGREEMENT_AUTHORISED,
    AGREEMENT_PREPARED,
    AGREEMENT_REFUSED,
    AGREEMENT_REQUESTED,
    AGREEMENT_WITHDRAWN,
)
from cauce.agreements.models import Instalment, NoteAct, PaymentAgreement, PromissoryNote
from cauce.agreements.operations.refusals import AgreementNotReady, AgreementRefused
from cauce.agreements.operations.steps import begin, hold_agreement, note_act, step_agreement
from cauce.agreements.operations.unwinding import undone_for_a_moment
from cauce.agreements.queries import Quote, highest_post, pending_agreement, policy_on, quote_agreement
from cauce.agreements.rules import Terms, amount_in_words
from cauce.core.clock import local_day
from cauce.core.es_mx import format_money
from cauce.documents.models import Document, StoredFile
from cauce.documents.operations import create_document, create_documents_in_bulk
from cauce.events.operations import publish
from cauce.ledger.operations import LONGEST_KEY, ROOM_FOR_PARTS, KeyTooLong, accrue_surcharges, lock_accounts
from cauce.ledger.queries import booking_day, collection_law
from cauce.registry.models import Account, Customer, Hold
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User
from cauce.users.roles import role_label

AGREEMENT_SERIES = "CONV"
NOTE_SERIES = "PAG"
State = PaymentAgreement.State


@transaction.atomic
def propose_agreement(
    *,
    account: Account,
    terms: Terms,
    obligor: Customer | None = None,
    capacity: str = PaymentAgreement.Capacity.HOLDER,
    proxy_file: StoredFile | None = None,
    guarantor: Customer | None = None,
    restructures: PaymentAgreement | None = None,
    reason: str = "",
    at: datetime,
    by: User,
    key: str,
) -> PaymentAgreement:
    """Ask for an agreement over what the account's holder owes and is overdue, surcharges to today included.

    Who asks prepares it at once, with its notes, when their post may grant it; otherwise it waits for the post that
    may, with the ``reason``. ``restructures`` is the live agreement whose place it takes when it is signed. Idempotent
    by key.

    :raises AgreementRefused: if nobody may grant it, or it needs an authorisation and no reason is given.
    :raises AgreementNotReady: if the account has another one in progress, or what it restructures is not in force.
    :raises OwnAccount: if who asks is linked to the account or to who signs.
    :raises NoPolicyInForce: if no policy had begun.
    :raises KeyTooLong: if the key does not fit.
    :raises AccountBusy: if another session is working on the account.
    """
    if len(key) > LONGEST_KEY - ROOM_FOR_PARTS:
        raise KeyTooLong
    lock_accounts([account.pk])
    repeated = PaymentAgreement.objects.filter(key=key).select_related("document", "account").first()
    if repeated is not None:
        return repeated
    account = Account.objects.select_related("holder").get(pk=account.pk)
    signer = obligor or account.holder
    refuse_own_account(by=by, account_ids=[account.pk], party_ids=[account.holder_id, signer.pk])
    today = local_day(at)
    post = _post_of(by, today)
    _refuse_another(account, restructures)
    _refuse_dead_holder(account, signer, today)
    quote = _quoted(
        account,
        terms=terms,
        post=post,
        is_represented=_is_represented(account, signer, capacity, proxy_file),
        restructures=restructures,
        at=at,
        by=by,
        key=key,
    )
    if not quote.is_possible:
        raise AgreementRefused(" ".join(quote.reasons))
    if not quote.is_eligible and not reason.strip():
        raise AgreementRefused(
            " ".join([*quote.reasons, "Escriba por qué se pide y envíelo a autorizar, o cambie lo que se pide."])
        )
    agreement = PaymentAgreement(
        document=create_document(kind=Document.Kind.AGREEMENT, series=AGREEMENT_SERIES, issued_on=today, at=at, by=by),
        key=key,
        account=account,
        debtor_id=account.holder_id,
        obligor=signer,
        capacity=capacity,
        proxy_file=proxy_file,
        guarantor=guarantor,
        restructures=restructures,
        state=State.AUTHORISED if quote.is_eligible else State.REQUESTED,
        request_reason=reason.strip(),
        asked_at=at,
        asked_by=by,
    )
    _fill(agreement, quote)
    agreement.authoriser = quote.eligibility.authoriser or post
    agreement.save(force_insert=True)
    begin(agreement, at=at, by=by)
    if quote.is_eligible:
        _prepare(agreement, quote, at=at, by=by)
    else:
        publish(
            AGREEMENT_REQUESTED,
            subject_kind="PaymentAgreement",
            subject_id=agreement.pk,
            account_id=account.pk,
            facts={
                "folio": agreement.document.folio,
                "debt": format_money(agreement.debt),
                "authoriser": role_label(agreement.authoriser),
                "reason": agreement.request_reason,
            },
            at=at,
            by=by,
        )
    return agreement


@transaction.atomic
def authorise_agreement(*, agreement: PaymentAgreement, note: str, at: datetime, by: User) -> PaymentAgreement:
    """Grant what the post that asked could not: it may then be prepared and signed. Idempotent for who granted it.

    :raises AgreementRefused: if the post of who decides does not reach, or it is who asked.
    :raises AgreementNotReady: if it does not wait for an authorisation.
    :raises OwnAccount: if who decides is linked to the account or to who signs.
    """
    found = _decide(agreement, State.AUTHORISED, note, at, by)
    if found is None:
        return PaymentAgreement.objects.get(pk=agreement.pk)
    publish(
        AGREEMENT_AUTHORISED,
        subject_kind="PaymentAgreement",
        subject_id=found.pk,
        account_id=found.account_id,
        facts={"folio": found.document.folio, "note": found.decision_note or "sin observaciones"},
        at=at,
        by=by,
    )
    return found


@transaction.atomic
def refuse_agreement(*, agreement: PaymentAgreement, note: str, at: datetime, by: User) -> PaymentAgreement:
    """Say no to an agreement that waits for an authorisation, and why. Idempotent for who refused it.

    :raises AgreementRefused: if the post of who decides does not reach, it is who asked, or no reason is given.
    :raises AgreementNotReady: if it does not wait for an authorisation.
    """
    if not note.strip():
        raise AgreementRefused("Escriba por qué se niega el convenio: se le dirá a quien lo pidió.")
    found = _decide(agreement, State.REFUSED, note, at, by)
    if found is None:
        return PaymentAgreement.objects.get(pk=agreement.pk)
    publish(
        AGREEMENT_REFUSED,
        subject_kind="PaymentAgreement",
        subject_id=found.pk,
        account_id=found.account_id,
        facts={"folio": found.document.folio, "note": found.decision_note},
        at=at,
        by=by,
    )
    return found


@transaction.atomic
def prepare_agreement(*, agreement: PaymentAgreement, at: datetime, by: User) -> PaymentAgreement:
    """Compute an authorised agreement with what is owed today and give its notes their folios.

    Idempotent on its day: one that is prepared stays.

    :raises AgreementRefused: if what is owed now goes beyond what was authorised.
    :raises AgreementNotReady: if it is not authorised.
    :raises AccountBusy: if another session is working on the account.
    """
    found = hold_agreement(agreement, expected=[State.AUTHORISED, State.PREPARED], act="preparar")
    if found.state == State.PREPARED:
        return found
    refuse_own_account(by=by, account_ids=[found.account_id], party_ids=[found.debtor_id, found.obligor_id])
    quote = _quoted(
        found.account,
        terms=terms_of(found),
        post=found.authoriser,
        is_represented=_is_represented(found.account, found.obligor, found.capacity, found.proxy_file),
        restructures=found.restructures,
        at=at,
        by=by,
        key=f"{found.key}/{local_day(at):%Y%m%d}",
    )
    if not quote.is_eligible:
        raise AgreementRefused(" ".join([*quote.reasons, "Rebasa lo que se autorizó: pídalo de nuevo."]))
    _fill(found, quote)
    _prepare(found, quote, at=at, by=by)
    return found


@transaction.atomic
def withdraw_agreement(*, agreement: PaymentAgreement, reason: str, at: datetime, by: User) -> PaymentAgreement:
    """Give up an agreement that nobody signed: its notes are cancelled, with their folios. Idempotent.

    :raises AgreementRefused: if no reason is given.
    :raises AgreementNotReady: if it was signed or refused.
    """
    if not reason.strip():
        raise AgreementRefused("Escriba por qué se retira el convenio.")
    lock_accounts([agreement.account_id])
    if PaymentAgreement.objects.filter(pk=agreement.pk, state=State.WITHDRAWN).exists():
        return PaymentAgreement.objects.get(pk=agreement.pk)
    found = hold_agreement(agreement, expected=[State.REQUESTED, State.AUTHORISED, State.PREPARED], act="retirar")
    booked_on = booking_day(at)
    notes = list(found.notes.filter(state=PromissoryNote.State.ISSUED))
    NoteAct.objects.bulk_create(
        [
            note_act(note, kind=NoteAct.Kind.CANCELLED, booked_on=booked_on, remark="Sin firmar", at=at, by=by)
            for note in notes
        ]
    )
    found.notes.filter(state=PromissoryNote.State.ISSUED).update(state=PromissoryNote.State.CANCELLED)
    found.ended_at, found.end_reason = at, reason.strip()
    step_agreement(found, to=State.WITHDRAWN, note=reason, also=["ended_at", "end_reason"], at=at, by=by)
    publish(
        AGREEMENT_WITHDRAWN,
        subject_kind="PaymentAgreement",
        subject_id=found.pk,
        account_id=found.account_id,
        facts={"folio": found.document.folio, "reason": reason.strip()},
        at=at,
        by=by,
    )
    return found


def terms_of(agreement: PaymentAgreement) -> Terms:
    """What an agreement asks for."""
    return Terms(
        down_payment=agreement.down_payment,
        instalments=agreement.instalment_count,
        first_due_on=agreement.first_due_on,
        waived=agreement.waived,
        also=tuple(date.fromisoformat(period) for period in agreement.also_periods),
    )


def _post_of(by: User, on: date) -> str:
    _, limits = policy_on(on)
    post = highest_post(by, limits, on)
    if post is None:
        raise AgreementRefused("Su puesto no suscribe convenios; pídalo al Coordinador Comercial.")
    return post


def _refuse_another(account: Account, restructures: PaymentAgreement | None) -> None:
    other = pending_agreement(account.pk)
    if other is not None:
        raise AgreementNotReady(
            f"La cuenta ya tiene en trámite el convenio {other.document.folio}: fírmelo o retírelo antes de pedir otro."
        )
    if restructures is not None and (
        restructures.account_id != account.pk
        or not PaymentAgreement.objects.filter(pk=restructures.pk, state=State.IN_FORCE).exists()
    ):
        raise AgreementNotReady("Sólo se reestructura un convenio vigente de la misma cuenta.")


def _refuse_dead_holder(account: Account, signer: Customer, on: date) -> None:
    if signer.pk != account.holder_id:
        return
    if Hold.objects.open_on(on).filter(account=account, kind=Hold.Kind.DEAD_HOLDER).exists():
        raise AgreementRefused(
            "El titular falleció: firma como obligado quien responda por el adeudo, o se cambia antes el titular."
        )


def _is_represented(account: Account, signer: Customer, capacity: str, proxy_file: StoredFile | None) -> bool:
    """Whether who signs answers for the debt: the holder, an obligor, or somebody with the holder's letter."""
    if capacity == PaymentAgreement.Capacity.HOLDER:
        return signer.pk == account.holder_id
    if capacity == PaymentAgreement.Capacity.PROXY:
        return proxy_file is not None
    return capacity == PaymentAgreement.Capacity.OBLIGOR


def _quoted(
    account: Account,
    *,
    terms: Terms,
    post: str,
    is_represented: bool,
    restructures: PaymentAgreement | None,
    at: datetime,
    by: User,
    key: str,
) -> Quote:
    """The quote with surcharges posted to today; of a restructuring, as if what it takes the place of were undone."""
    today = local_day(at)
    law = collection_law(today)
    accrue_surcharges(account_ids=[account.pk], to=today, rule=law.surcharges, key=f"{key}/recargos", at=at, by=by)

    def quoted() -> Quote:
        return quote_agreement(
            account,
            on=today,
            terms=terms,
            post=post,
            is_represented=is_represented,
            restructures=restructures,
            law=law,
        )

    if restructures is None:
        return quoted()
    return undone_for_a_moment(agreement=restructures, look=quoted, at=at, by=by)


def _fill(agreement: PaymentAgreement, quote: Quote) -> None:
    """Write on the agreement, not yet saved, what the quote says."""
    terms = quote.terms
    agreement.policy = quote.policy
    agreement.down_payment = terms.down_payment
    agreement.instalment_count = terms.instalments
    agreement.first_due_on = quote.planned[0].due_on if terms.first_due_on is None else terms.first_due_on
    agreement.waived = terms.waived
    agreement.also_periods = [period.isoformat() for period in terms.also]
    agreement.as_of = quote.on
    agreement.debt = quote.debt
    agreement.months = len(quote.overdue_periods)
    agreement.monthly_percent = quote.limits.monthly_percent
    agreement.financed = quote.financed
    agreement.interest = quote.interest
    agreement.down_payment_due_on = quote.down_payment_due_on
    agreement.findings = [
        {"criterion": finding.criterion, "met": finding.is_met, "sentence": finding.sentence}
        for finding in quote.eligibility.findings
    ]


def _decide(
    agreement: PaymentAgreement, state: PaymentAgreement.State, note: str, at: datetime, by: User
) -> PaymentAgreement | None:
    """Answer a request, or None if the same person had answered the same."""
    lock_accounts([agreement.account_id])
    if PaymentAgreement.objects.filter(pk=agreement.pk, decided_by=by, state=state).exists():
        return None
    found = hold_agreement(agreement, expected=[State.REQUESTED], act="resolver")
    refuse_own_account(by=by, account_ids=[found.account_id], party_ids=[found.debtor_id, found.obligor_id])
    if found.asked_by_id == by.pk:
        raise AgreementRefused("Quien pide el convenio no puede autorizarlo; pida que lo resuelva otra persona.")
    _, limits = policy_on(local_day(at))
    post = highest_post(by, limits, local_day(at))
    reached = post is not None and limits.posts.index(post) >= limits.posts.index(found.authoriser)
    if not reached and not by.is_system:
        raise AgreementRefused(f"Este convenio lo autoriza: {role_label(found.authoriser)}.")
    found.decided_at, found.decided_by, found.decision_note = at, by, note.strip()
    step_agreement(found, to=state, note=note, also=["decided_at", "decided_by", "decision_note"], at=at, by=by)
    return found


def _prepare(agreement: PaymentAgreement, quote: Quote, *, at: datetime, by: User) -> None:
    """Give an agreement its instalments and each of them its note, with its folio."""
    today = quote.on
    instalments = Instalment.objects.bulk_create(
        [
            Instalment(
                agreement=agreement,
                number=planned.number,
                starts_on=planned.starts_on,
                due_on=planned.due_on,
                principal=planned.principal,
                vat=vat,
                interest=planned.interest,
            )
            for planned, vat in zip(quote.planned, quote.vats, strict=True)
        ]
    )
    documents = create_documents_in_bulk(
        kind=Document.Kind.PROMISSORY_NOTE, series=NOTE_SERIES, issued_on=[today] * len(instalments), at=at, by=by
    )
    notes = PromissoryNote.objects.bulk_create(
        [
            PromissoryNote(
                document_id=document_id,
                agreement=agreement,
                instalment=instalment,
                number=instalment.number,
                of=len(instalments),
                face=instalment.principal + instalment.interest,
                in_words=amount_in_words(instalment.principal + instalment.interest),
                due_on=instalment.due_on,
                payable_at=f"{settings.UTILITY['legal_name']}, {settings.UTILITY['address']}",
                place=settings.UTILITY["place"],
            )
            for document_id, instalment in zip(documents, instalments, strict=True)
        ]
    )
    booked_on = booking_day(at)
    NoteAct.objects.bulk_create(
        [note_act(note, kind=NoteAct.Kind.ISSUED, booked_on=booked_on, at=at, by=by) for note in notes]
    )
    agreement.save()
    step_agreement(agreement, to=State.PREPARED, at=at, by=by)
    publish(
        AGREEMENT_PREPARED,
        subject_kind="PaymentAgreement",
        subject_id=agreement.pk,
        account_id=agreement.account_id,
        facts={
            "folio": agreement.document.folio,
            "debt": format_money(agreement.debt),
            "down": format_money(agreement.down_payment),
            "count": len(notes),
        },
        at=at,
        by=by,
    )
