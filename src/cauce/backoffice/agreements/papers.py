"""The papers of an agreement: the convenio, its pagarés, the sheet of signatures and the request to authorise it."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from cauce.agreements.models import PaymentAgreement, PromissoryNote
from cauce.agreements.queries import quote_agreement
from cauce.agreements.rules import Terms, amount_in_words
from cauce.backoffice.agreements.simulating import DebtRow, rows_of
from cauce.core import clock
from cauce.core.es_mx import (
    count_of,
    format_account,
    format_date,
    format_long_date,
    format_long_period,
    format_money,
    format_percent,
)
from cauce.core.money import ZERO
from cauce.documents.printing import Paper, report_paper, slip_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import Issuer, Person
from cauce.documents.rules.report_sheets import (
    ReportColumn,
    ReportFacts,
    ReportPart,
    ReportSheet,
    ReportTable,
    ReportText,
)
from cauce.ledger.models import Transfer
from cauce.ui.context import is_official_on
from cauce.users.models import User
from cauce.users.roles import role_label

Capacity = PaymentAgreement.Capacity
# Once it is signed the paper in the safe is the only one: what is printed afterwards promises nothing.
COPY = "COPIA SIN VALOR: el original firmado está en resguardo o ya se pagó."
BLANK = Person(name="", position="")


def issuer_of(agreement: PaymentAgreement) -> Issuer:
    """Who issues its papers, on the day that they are of."""
    return issuer(is_official=is_official_on(agreement.as_of))


def note_paper(note: PromissoryNote) -> Paper:
    """A pagaré, alone on its sheet."""
    return slip_paper(note_sheet(note), issuer_of(note.agreement))


def note_sheets(notes: Iterable[PromissoryNote]) -> list[ReportSheet]:
    """Many pagarés, each on its own sheet, in the order given."""
    return [note_sheet(note) for note in notes]


def note_sheet(note: PromissoryNote) -> ReportSheet:
    """What a pagaré says: the six elements of article 170 of the LGTOC, and no condition."""
    agreement = note.agreement
    is_original = note.state == PromissoryNote.State.ISSUED
    to = settings.UTILITY["legal_name"]
    where = note.payable_at.removeprefix(f"{to}, ").split(" · ")[0]
    promise = (
        f"Por este pagaré me obligo incondicionalmente a pagar a la orden de {to}, en {where}, el día "
        f"{format_long_date(note.due_on)}, la cantidad de {format_money(note.face)} ({note.in_words})."
    )
    signed = f"Suscrito en {note.place}, el día {format_long_date(agreement.as_of)}."
    signers = [("Suscriptor", Person(name=_subscriber(agreement), position=_by_proxy(agreement)))]
    if agreement.guarantor is not None:
        signers.append(("Por aval", Person(name=agreement.guarantor.name, position="Por el importe total del pagaré")))
    return ReportSheet(
        title=f"Pagaré {note.number}/{note.of}",
        folio=note.document.folio,
        subject=f"Bueno por {format_money(note.face)}",
        printed_at=timezone.localtime(clock.now()),
        facts=(
            ("Pagaré", f"{note.number} de {note.of}"),
            ("Vence", format_date(note.due_on)),
            ("Cuenta", format_account(agreement.account.number)),
            ("Bueno por", format_money(note.face)),
        ),
        alerts=() if is_original else (COPY,),
        parts=(ReportText("", (promise, signed)),),
        signers=signers if is_original else (),
        shows_barcode=True,
    )


def agreement_paper(agreement: PaymentAgreement) -> Paper:
    """The convenio itself: what was owed, how it is paid, and what both sides accept."""
    notes = list(agreement.notes.select_related("instalment", "document").order_by("number"))
    holder, account = agreement.debtor, agreement.account
    parts: list[ReportPart] = [
        ReportText("Declaraciones", _statements(agreement)),
        _debt_table(agreement),
        _note_table(agreement, notes),
        ReportText("Cláusulas", _clauses(agreement)),
    ]
    sheet = ReportSheet(
        title="Convenio de pago",
        folio=agreement.document.folio,
        subject=f"Cuenta {format_account(account.number)}",
        printed_at=timezone.localtime(clock.now()),
        facts=(
            ("Titular", holder.name),
            ("Domicilio de la toma", account.connection.premises.address),
            ("Firma", f"{agreement.obligor.name}, {agreement.get_capacity_display().lower()}"),
            ("Adeudo al día", format_date(agreement.as_of)),
        ),
        figures=(
            ("Adeudo", format_money(agreement.debt)),
            ("Enganche", format_money(agreement.down_payment)),
            ("Convenido", format_money(agreement.financed)),
            ("Interés", format_money(agreement.interest)),
        ),
        parts=parts,
        signers=_agreement_signers(agreement),
        # The sheet of signatures has it: here it would send the signatures to a page of their own.
        shows_barcode=False,
    )
    return report_paper(sheet, issuer_of(agreement))


def signatures_paper(agreement: PaymentAgreement) -> Paper:
    """The sheet of signatures: each paper that is signed, its amount and room to sign that it was read and received."""
    notes = list(agreement.notes.select_related("document").order_by("number"))
    rows = [(agreement.document.folio, "Convenio de pago", "—", format_money(agreement.debt), "")]
    rows += [
        (
            note.document.folio,
            f"Pagaré {note.number} de {note.of}",
            format_date(note.due_on),
            format_money(note.face),
            "",
        )
        for note in notes
    ]
    columns = (
        ReportColumn("Folio", 80),
        ReportColumn("Papel"),
        ReportColumn("Vence", 70),
        ReportColumn("Importe", 80, right=True),
        ReportColumn("Firma de quien suscribe", 170),
    )
    total = sum((note.face for note in notes), ZERO)
    sheet = ReportSheet(
        title="Hoja de firmas",
        folio=agreement.document.folio,
        subject=f"Cuenta {format_account(agreement.account.number)}",
        printed_at=timezone.localtime(clock.now()),
        facts=(
            ("Titular", agreement.debtor.name),
            ("Firma", agreement.obligor.name),
            ("En calidad de", agreement.get_capacity_display()),
            ("Aval", "sin aval" if agreement.guarantor is None else agreement.guarantor.name),
        ),
        parts=(
            ReportTable(
                title="Papeles que se firman",
                columns=columns,
                rows=rows,
                totals=(("", "Suma de los pagarés", "", format_money(total), ""),),
                pitch=13,
            ),
            ReportText(
                "",
                (
                    "Leí cada papel antes de firmarlo, recibí copia del convenio y sé que cada pagaré se me devuelve "
                    "cuando lo pague.",
                ),
            ),
        ),
        signers=_agreement_signers(agreement),
        shows_barcode=True,
    )
    return report_paper(sheet, issuer_of(agreement))


def request_paper(agreement: PaymentAgreement) -> Paper:
    """The request to authorise what the rule does not let the coordinator sign, with its answer."""
    columns = (ReportColumn("Criterio"), ReportColumn("Dentro de la regla", 110))
    rows = [(finding["sentence"], "Sí" if finding["met"] else "No") for finding in agreement.findings]
    answered = agreement.decided_by
    facts = ReportFacts(
        "Lo que se pide",
        (
            ("Adeudo", format_money(agreement.debt)),
            ("Meses", str(agreement.months)),
            ("Enganche", format_money(agreement.down_payment)),
            ("Parcialidades", str(agreement.instalment_count)),
            ("Recargos condonados", format_money(agreement.waived)),
            ("Convenido", format_money(agreement.financed)),
            ("Interés", format_money(agreement.interest)),
            ("Primera parcialidad", format_date(agreement.first_due_on)),
        ),
    )
    parts: list[ReportPart] = [
        facts,
        ReportTable(title="Cómo queda frente a la política", columns=columns, rows=rows),
        ReportText("Por qué se pide", (agreement.request_reason or "Sin motivo: está dentro de la regla.",)),
    ]
    if answered is not None:
        answer = f"{agreement.get_state_display()}. {agreement.decision_note or 'Sin observaciones.'}"
        parts.append(ReportText("Respuesta", (answer,)))
    sheet = ReportSheet(
        title="Solicitud de autorización",
        folio=agreement.document.folio,
        subject=f"Convenio de la cuenta {format_account(agreement.account.number)}",
        printed_at=timezone.localtime(clock.now()),
        facts=(
            ("Titular", agreement.debtor.name),
            ("Domicilio de la toma", agreement.account.connection.premises.address),
            ("Autoriza", role_label(agreement.authoriser)),
            ("Política", agreement.policy.resolution),
        ),
        parts=parts,
        notes=(agreement.policy.rules["texto"],),
        signers=(
            ("Pide", _person(agreement.asked_by)),
            ("Autoriza o niega", BLANK if answered is None else _person(answered)),
        ),
        shows_barcode=True,
    )
    return report_paper(sheet, issuer_of(agreement))


def _statements(agreement: PaymentAgreement) -> tuple[str, ...]:
    utility = settings.UTILITY["legal_name"]
    said = [
        f"I. {utility} (el organismo) presta los servicios de la cuenta {format_account(agreement.account.number)}, a "
        f"nombre de {agreement.debtor.name}, que al {format_long_date(agreement.as_of)} debe "
        f"{format_money(agreement.debt)} ({amount_in_words(agreement.debt)}).",
    ]
    if agreement.capacity == Capacity.HOLDER:
        said.append("II. Quien firma es el titular de la cuenta y reconoce ese adeudo.")
    elif agreement.capacity == Capacity.OBLIGOR:
        said.append(
            f"II. {agreement.obligor.name} reconoce ese adeudo y se obliga a pagarlo en forma solidaria con el titular."
        )
    else:
        said.append(f"II. {agreement.obligor.name} firma por el titular con la carta poder que queda en el expediente.")
    said.append(f"III. El convenio se otorga con la política vigente: {agreement.policy.resolution}.")
    if agreement.restructures is not None:
        said.append(f"IV. Sustituye al convenio {agreement.restructures.document.folio}, cuyos pagarés se devuelven.")
    return tuple(said)


def _clauses(agreement: PaymentAgreement) -> tuple[str, ...]:
    breaks = agreement.policy.rules["incumple"]
    unpaid = count_of(breaks["parcialidades_vencidas"], "pago vencido", "pagos vencidos")
    grace = count_of(breaks["dias_habiles_de_gracia"], "día hábil", "días hábiles")
    monthly = format_percent(agreement.monthly_percent.normalize())
    payments = count_of(agreement.instalment_count, "pago", "pagos")
    said = [
        f"PRIMERA. El adeudo se paga con un enganche de {format_money(agreement.down_payment)}, a más tardar el "
        f"{format_long_date(agreement.down_payment_due_on)}, y {payments} en las fechas de la tabla. El convenio queda "
        "vigente cuando se paga el enganche."
        if agreement.down_payment > 0
        else f"PRIMERA. El adeudo se paga en {payments} en las fechas de la tabla.",
        f"SEGUNDA. Lo convenido causa un interés de {monthly} mensual sobre saldos insolutos y deja de causar "
        "recargos. Lo que se paga antes de que empiece su mes no causa interés.",
        "TERCERA. Por cada pago se suscribe un pagaré, que se devuelve a quien lo firmó cuando se paga.",
        "CUARTA. Además se pagan, en su fecha, los recibos de cada mes.",
        f"QUINTA. El convenio se incumple con {unpaid} por más de {grace}: lo que falte vuelve al adeudo con sus "
        "fechas y los pagarés pendientes se cancelan.",
    ]
    if agreement.waived > 0:
        said.append(f"SEXTA. Se condonan {format_money(agreement.waived)} de recargos, que no vuelven a cobrarse.")
    return tuple(said)


def _debt_table(agreement: PaymentAgreement) -> ReportTable:
    """What enters, by period: once signed, exactly what was moved; before, what the day of its preparation says."""
    columns = (
        ReportColumn("Periodo"),
        ReportColumn("Adeudo", 90, right=True),
        ReportColumn("Con el enganche", 100, right=True),
        ReportColumn("Condonado", 90, right=True),
        ReportColumn("Convenido", 90, right=True),
    )
    rows = _debt_rows(agreement)
    cells = [
        (
            "Otros cargos" if row.period is None else format_long_period(row.period).capitalize(),
            format_money(row.total),
            format_money(row.down),
            format_money(row.waived),
            format_money(row.financed),
        )
        for row in rows
    ]
    totals = (
        "Total",
        format_money(sum((row.total for row in rows), ZERO)),
        format_money(sum((row.down for row in rows), ZERO)),
        format_money(sum((row.waived for row in rows), ZERO)),
        format_money(sum((row.financed for row in rows), ZERO)),
    )
    if not rows:
        return ReportTable(
            title="Adeudo que se conviene",
            columns=columns,
            rows=[
                (
                    count_of(agreement.months, "mes", "meses"),
                    format_money(agreement.debt),
                    format_money(agreement.down_payment),
                    format_money(agreement.waived),
                    format_money(agreement.financed),
                )
            ],
        )
    return ReportTable(title="Adeudo que se conviene", columns=columns, rows=cells, totals=(totals,))


def _debt_rows(agreement: PaymentAgreement) -> Sequence[DebtRow]:
    agreed = list(agreement.debts.all())
    if not agreed:
        return _prepared_rows(agreement)
    periods = dict(Transfer.objects.filter(pk__in=[one.charge_id for one in agreed]).values_list("pk", "period"))
    rows: dict[object, DebtRow] = {}
    for one in agreed:
        period = periods[one.charge_id]
        row = rows.setdefault(period, DebtRow(period))
        row.services += one.pending
        row.down += one.down
        row.financed += one.financed
        row.waived += one.waived
    return sorted(rows.values(), key=lambda row: (row.period is None, row.period or agreement.as_of))


def _prepared_rows(agreement: PaymentAgreement) -> Sequence[DebtRow]:
    """What is owed on the day that its papers are prepared for; of another day, or of a restructuring, the sums do."""
    if agreement.as_of != clock.today() or agreement.restructures_id is not None:
        return ()
    terms = Terms(
        down_payment=agreement.down_payment,
        instalments=agreement.instalment_count,
        first_due_on=agreement.first_due_on,
        waived=agreement.waived,
        also=tuple(date.fromisoformat(period) for period in agreement.also_periods),
    )
    quote = quote_agreement(agreement.account, on=agreement.as_of, terms=terms, post=agreement.authoriser)
    return rows_of(quote) if quote.debt == agreement.debt else ()


def _note_table(agreement: PaymentAgreement, notes: Sequence[PromissoryNote]) -> ReportTable:
    columns = (
        ReportColumn("Pago", 40),
        ReportColumn("Pagaré", 90),
        ReportColumn("Vence"),
        ReportColumn("Capital", 90, right=True),
        ReportColumn("Interés", 80, right=True),
        ReportColumn("Importe", 90, right=True),
    )
    rows = [
        (
            f"{note.number}/{note.of}",
            note.document.folio,
            format_date(note.due_on),
            format_money(note.instalment.principal),
            format_money(note.instalment.interest),
            format_money(note.face),
        )
        for note in notes
    ]
    face: Decimal = sum((note.face for note in notes), ZERO)
    totals = ("", "", "Total", format_money(agreement.financed), format_money(agreement.interest), format_money(face))
    return ReportTable(
        title="Pagos", columns=columns, rows=rows, totals=(totals,), empty="Sus pagarés se numeran al prepararlo."
    )


def _subscriber(agreement: PaymentAgreement) -> str:
    return agreement.debtor.name if agreement.capacity == Capacity.PROXY else agreement.obligor.name


def _by_proxy(agreement: PaymentAgreement) -> str:
    if agreement.capacity == Capacity.PROXY:
        return f"Por poder: {agreement.obligor.name}"
    return agreement.account.connection.premises.address


def _agreement_signers(agreement: PaymentAgreement) -> list[tuple[str, Person]]:
    signers = [
        ("Acepta", Person(name=agreement.obligor.name, position=agreement.get_capacity_display())),
        ("Por el organismo", _person(agreement.signed_by or agreement.asked_by)),
    ]
    if agreement.guarantor is not None:
        signers.append(("Aval", Person(name=agreement.guarantor.name, position="Aval")))
    return signers


def _person(user: User) -> Person:
    return Person(name=str(user), position=user.position)
