"""Who comes to the office of the demonstration: turns at the window, calls with their recados, letters, and radio."""

from datetime import timedelta
from random import Random
from typing import Final

from cauce.cases.models import Call, Case, CaseType, Channel, PhoneMessage, RadioMessage, WindowTicket
from cauce.cases.operations import (
    CallFacts,
    RadioFacts,
    acknowledge_radio_message,
    add_case_contact,
    call_next_ticket,
    finish_ticket,
    leave_message,
    leave_ticket,
    mark_duplicate,
    open_case,
    open_order_of_case,
    record_call,
    record_call_as_case,
    record_call_as_order,
    record_radio_as_order,
    record_radio_message,
    route_case,
    take_case,
    take_message,
    take_ticket,
)
from cauce.cli.demo.inspections import book_for
from cauce.cli.demo.office import OfficeDay, draws_of, in_order, place_without_account, somebody, telephone, weighted
from cauce.cli.demo.tellings import ENQUIRIES, MESSAGES, RADIO, TELLINGS, TICKET_MATTERS
from cauce.registry.models import Account
from cauce.users.models import User
from cauce.workorders.models import Crew, WorkOrderType

CALLS_A_DAY: Final = 8
TICKETS_A_DAY: Final = 6
RADIO_A_DAY: Final = 2
# Kinds of order that change a meter: they wait until what is billed in these months is known.
METER_ORDERS: Final = frozenset({"MEDIDOR-CAMBIO", "MEDIDOR-INSTALA"})
# The cycle that is read after the last day of the demonstration.
LAST_CYCLE: Final = 3
_OF_A_STREET: Final = frozenset({"FUGA-CALLE", "POZO-SIN-TAPA"})
# What is plain enough to be ordered without a case.
_ASKED_AS_ORDERS: Final = ("FUGA-TOMA", "FUGA-MEDIDOR", "DRENAJE-TAPADO", "NO-LLEGA-AGUA", "BACHE")
_TRANSFERS: Final = ("12", "15", "21")


def receive(today: OfficeDay) -> None:
    """All that comes in during a day."""
    _window(today)
    _telephone(today)
    _letters(today)
    _radio(today)
    _messages(today)


def _window(today: OfficeDay) -> None:
    """People take a turn and wait until whoever attends is free; some go before, some leave a case."""
    draws = today.draws("ventanilla")
    free = 5
    waiting: list[int] = []
    for minute in [*in_order(draws, draws.randint(TICKETS_A_DAY - 2, TICKETS_A_DAY + 2), 5, 400), 470]:
        while waiting and free < minute:
            waiting.pop()
            free += _attend_window(today, draws, free)
        if minute < 470:
            take_ticket(
                matter=draws.choice(TICKET_MATTERS), is_preferential=draws.random() < 0.15, at=today.at(8, minute)
            )
            waiting.append(minute)
            free = max(free, minute + 1)


def _attend_window(today: OfficeDay, draws: Random, minute: int) -> int:
    """Attend the turn that follows; how many minutes it took."""
    by = today.coordinator
    ticket = call_next_ticket(at=today.at(8, minute), by=by)
    if draws.random() < 0.06:
        leave_ticket(ticket=ticket, at=today.at(8, minute + 2), by=by)
        return 3
    took = draws.randint(6, 26)
    if draws.random() < 0.4:
        _case_at_window(today, draws, minute + took - 4, ticket)
    finish_ticket(ticket=ticket, at=today.at(8, minute + took), by=by)
    return took + 1


def _case_at_window(today: OfficeDay, draws: Random, minute: int, ticket: WindowTicket) -> None:
    kind = _kind(today, draws)
    account = today.account(draws)
    case = open_case(
        type=kind,
        channel=Channel.WINDOW,
        account=None if kind.code in _OF_A_STREET else account,
        party=account.holder if draws.random() < 0.6 else None,
        reporter_name=_who(account, draws),
        reporter_phone=telephone(draws),
        place=place_without_account(account, draws) if kind.code in _OF_A_STREET else "",
        told=draws.choice(TELLINGS[kind.code].told),
        ticket=ticket,
        at=today.at(8, minute),
        by=today.coordinator,
        key=today.key(f"ventanilla:{ticket.number}"),
    )
    settle_new(today, draws, case, minute + 1)


def _telephone(today: OfficeDay) -> None:
    """Calls: some become a case or an order, most are answered, a few are to be returned."""
    draws = today.draws("telefono")
    for place, minute in enumerate(in_order(draws, draws.randint(CALLS_A_DAY - 3, CALLS_A_DAY + 3), 15, 440)):
        what = weighted(draws, (("case", 38), ("order", 6), ("enquiry", 34), ("later", 7), ("message", 9), ("lost", 6)))
        facts, kind = _facts(today, draws, what, minute)
        key, at, by = today.key(f"llamada:{place}"), today.at(8, minute), today.coordinator
        if what == "case" and kind is not None:
            call = record_call_as_case(facts=facts, type=kind, at=at, by=by, key=key)
            if call.case is not None:
                settle_new(today, draws, call.case, minute + 1)
        elif what == "order":
            record_call_as_order(facts=facts, type=_order_asked(today, facts), at=at, by=by, key=key)
        else:
            call = record_call(facts=facts, at=at, by=by, key=key)
            if what == "message":
                leave_message(
                    text=draws.choice(MESSAGES),
                    for_area=today.office.areas[draws.choice(("Operación", "Facturación", "Dirección"))],
                    call=call,
                    at=at,
                    by=by,
                )


def _facts(today: OfficeDay, draws: Random, what: str, minute: int) -> tuple[CallFacts, CaseType | None]:
    """What is written of a call, and the type of the case that it asks for."""
    account = today.account(draws)
    kind = _kind(today, draws, of_an_account=True) if what == "case" else None
    matter, notes = draws.choice(ENQUIRIES)
    outcome = Call.Outcome.INFORMED
    extension, call_back_at = "", None
    if kind is not None:
        matter, notes = kind.name, draws.choice(TELLINGS[kind.code].told)
    elif what == "order":
        code = draws.choice(_ASKED_AS_ORDERS)
        matter, notes = today.office.case_types[code].name, draws.choice(TELLINGS[code].told)
    elif what == "later":
        outcome = Call.Outcome.CALL_BACK
        call_back_at = today.at(8, minute) + timedelta(minutes=draws.choice((60, 90, 24 * 60)))
        notes = "Se le va a llamar cuando se revise su estado de cuenta."
    elif what == "message":
        outcome, notes = Call.Outcome.MESSAGE, "Deja recado."
    elif what == "lost":
        outcome, notes = Call.Outcome.CUT, ""
    elif matter.startswith("Pide hablar"):
        outcome, extension = Call.Outcome.TRANSFERRED, draws.choice(_TRANSFERS)
    return (
        CallFacts(
            started_at=today.at(8, minute - draws.randint(2, 9)),
            phone=telephone(draws),
            caller_name=_who(account, draws),
            account=account if what != "message" else None,
            matter=matter,
            notes=notes,
            outcome=outcome,
            extension=extension,
            call_back_at=call_back_at,
        ),
        kind,
    )


def _order_asked(today: OfficeDay, facts: CallFacts) -> WorkOrderType:
    """The kind of order that the type of case of the same name opens."""
    kinds = (kind.order_type for kind in today.office.case_types.values() if kind.name == facts.matter)
    found = next(kinds)
    assert found is not None
    return found


def return_calls(today: OfficeDay) -> None:
    """Call back who was promised it; one in eight is forgotten."""
    due = Call.objects.filter(call_back_at__lte=today.at(15), called_back_at=None, ended_at__lt=today.at(8))
    for place, promised in enumerate(due.select_related("account").order_by("pk")[:6]):
        if draws_of(f"devuelve:{promised.pk}").random() < 0.125:
            continue
        facts = CallFacts(
            started_at=today.at(13, 2 + 5 * place),
            direction=Call.Direction.OUT,
            phone=promised.phone,
            caller_name=promised.caller_name,
            account=promised.account,
            matter=promised.matter,
            notes="Se le explicó su estado de cuenta.",
            outcome=Call.Outcome.INFORMED,
            returns=promised,
        )
        record_call(
            facts=facts, at=today.at(13, 5 + 5 * place), by=today.coordinator, key=today.key(f"devuelve:{promised.pk}")
        )


def _letters(today: OfficeDay) -> None:
    """What comes by letter and by the site."""
    draws = today.draws("oficios")
    channels = ([Channel.LETTER] if draws.random() < 0.35 else []) + ([Channel.WEB] if draws.random() < 0.4 else [])
    for place, channel in enumerate(channels):
        is_letter = channel == Channel.LETTER
        kind = today.office.case_types[draws.choice(("ATENCION-OFICIO", "FACTIBILIDAD"))] if is_letter else None
        kind = kind or _kind(today, draws, of_an_account=True)
        account = today.account(draws)
        case = open_case(
            type=kind,
            channel=channel,
            account=account,
            reporter_name="Comité de colonos" if kind.code == "ATENCION-OFICIO" else _who(account, draws),
            reporter_phone=telephone(draws),
            told=draws.choice(TELLINGS[kind.code].told),
            at=today.at(11, 20 + place),
            by=today.coordinator,
            key=today.key(f"escrito:{place}"),
        )
        settle_new(today, draws, case, 3 * 60 + 30 + place)


def settle_new(today: OfficeDay, draws: Random, case: Case, minute: int) -> None:
    """What is done with a new case before the next person: its order, a duplicate seen, and whom it goes to."""
    by = today.coordinator
    if case.type_id in _OF_A_STREET and draws.random() < 0.6:
        _reported_again(today, draws, case, minute)
    order_type = case.type.order_type
    if order_type is not None and _opens_order(today, draws, order_type, case):
        open_order_of_case(case=case, at=today.at(8, minute + 1), by=by, key=today.key(f"orden-del-caso:{case.pk}"))
    book_for(today, draws, case, minute + 1)
    if case.type.area_id != by.area_id:
        note = draws.choice(
            ("Para su atención.", f"{case.matter}: favor de atender y avisar.", "El usuario espera respuesta.")
        )
        route_case(case=case, area=case.type.area, note=note, at=today.at(8, minute + 2), by=by)
    elif draws.random() < 0.8:
        take_case(case=case, at=today.at(8, minute + 2), by=by)


def _reported_again(today: OfficeDay, draws: Random, case: Case, minute: int) -> None:
    """Somebody else reports the same leak: a second case, that is seen to be the first."""
    again = open_case(
        type=case.type,
        channel=Channel.PHONE,
        reporter_name=somebody(draws),
        reporter_phone=telephone(draws),
        place=case.place,
        told="Reporta la misma fuga de la calle; dice que ya lleva rato.",
        at=today.at(8, minute + 12),
        by=today.coordinator,
        key=today.key(f"repetido:{case.pk}"),
    )
    mark_duplicate(
        case=again, original=case, note="Es el mismo lugar.", at=today.at(8, minute + 14), by=today.coordinator
    )


def _opens_order(today: OfficeDay, draws: Random, kind: WorkOrderType, case: Case) -> bool:
    if kind.code in METER_ORDERS:
        first = today.office.meters_from
        is_read_later = case.account is None or case.account.cycle == LAST_CYCLE
        return first is not None and today.day >= first and not is_read_later
    if kind.needs_account and case.account_id is None:
        return False
    return case.type.kind == "REPORT" or draws.random() < 0.35


def call_again(today: OfficeDay) -> None:
    """Somebody asks again for a case that is taking long."""
    slow = Case.objects.open().filter(due_on__lte=today.day).select_related("document").order_by("due_on", "pk")
    for place, case in enumerate(slow[:2]):
        if today.draws(f"insiste:{case.pk}").random() < 0.3:
            add_case_contact(
                case=case,
                channel=Channel.PHONE,
                note="Pregunta cuándo le resuelven.",
                at=today.at(12, 10 + 7 * place),
                by=today.coordinator,
            )


def _radio(today: OfficeDay) -> None:
    """What the units say: a leak becomes an order, the rest is acknowledged."""
    draws = today.draws("radio")
    crews = [crew for crew in today.office.crews if crew.area.name == "Operación"]
    for place, minute in enumerate(in_order(draws, draws.randint(RADIO_A_DAY - 1, RADIO_A_DAY + 2), 60, 420)):
        matter, message = draws.choice(RADIO)
        by = today.coordinator if draws.random() < 0.5 else today.person("operacion")
        heard = _say(today, draws, draws.choice(crews), matter, message, minute, by, place)
        if heard.acknowledged_at is None and draws.random() < 0.85:
            other = today.person("operacion") if by == today.coordinator else today.coordinator
            acknowledge_radio_message(message=heard, at=today.at(8, minute + draws.randint(1, 15)), by=other)


def _say(
    today: OfficeDay, draws: Random, crew: Crew, matter: str, message: str, minute: int, by: User, place: int
) -> RadioMessage:
    facts = RadioFacts(
        unit=crew.radio,
        matter=RadioMessage.Matter(matter),
        message=message,
        place=place_without_account(today.account(draws), draws),
        heard_at=today.at(8, minute),
    )
    key, at = today.key(f"radio:{place}"), today.at(8, minute + 1)
    if matter != "LEAK":
        return record_radio_message(facts=facts, at=at, by=by, key=key)
    kind = today.office.order_types["FUGA-RED" if "calle" in message else "FUGA-TOMA"]
    return record_radio_as_order(facts=facts, type=kind, at=at, by=by, key=key)


def _messages(today: OfficeDay) -> None:
    """The recados of these days are taken by somebody of their area; one in ten waits."""
    waiting = PhoneMessage.objects.filter(taken_at=None, left_at__lt=today.at(13)).select_related("for_area")
    for place, message in enumerate(waiting.order_by("pk")):
        if message.for_area is not None and today.draws(f"recado:{message.pk}").random() < 0.9:
            by = today.office.who_attends(message.for_area.name, today.day)
            take_message(message=message, at=max(today.at(14, 5 + place), message.left_at), by=by)


def _kind(today: OfficeDay, draws: Random, *, of_an_account: bool = False) -> CaseType:
    """Of what somebody comes; what would change a meter does not come before it may be changed."""
    types = today.office.case_types
    first = today.office.meters_from
    codes = [
        (code, telling.weight)
        for code, telling in TELLINGS.items()
        if code in types
        and not (of_an_account and code in _OF_A_STREET)
        and not (code == "MEDIDOR-PARADO" and (first is None or today.day < first))
        and code != "ATENCION-OFICIO"
    ]
    return types[weighted(draws, codes)]


def _who(account: Account, draws: Random) -> str:
    return account.holder.name if draws.random() < 0.65 else somebody(draws)
