"""Every address of the staff's screens, found in the table of addresses itself."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

from tests.backoffice.adjustments_town import adjustments_town
from tests.backoffice.agenda_town import agenda_town
from tests.backoffice.agreements_town import agreements_town
from tests.backoffice.arrears_town import arrears_town
from tests.backoffice.attention_town import attention_town
from tests.backoffice.bank_town import bank_town
from tests.backoffice.billing_town import billing_town
from tests.backoffice.books_town import books_town
from tests.backoffice.cases_town import cases_town
from tests.backoffice.claims_town import claims_town
from tests.backoffice.collections_town import collections_town
from tests.backoffice.corrections_town import corrections_town
from tests.backoffice.guidelines_town import guidelines_town
from tests.backoffice.hard_cases_town import hard_cases_town
from tests.backoffice.metering_town import metering_town
from tests.backoffice.meters_town import meters_town
from tests.backoffice.office_town import office_town
from tests.backoffice.reduction_town import reduction_town
from tests.backoffice.sessions_town import sessions_town
from tests.backoffice.tariffs_town import tariffs_town
from tests.backoffice.town import Town
from tests.backoffice.workorders_town import workorders_town


class Address(NamedTuple):
    """A named address, its view and the names of what it needs in it."""

    name: str
    view: Any
    arguments: tuple[str, ...]

    @property
    def screen(self) -> Any:
        """What its decorator declared, or None."""
        return getattr(self.view, "screen", None)


def staff_addresses() -> list[Address]:
    """Every address outside the doors of the site (``/acceso/``)."""
    return [
        address
        for pattern in get_resolver().url_patterns
        if str(pattern.pattern) != "acceso/"
        for address in _walk(pattern, "")
    ]


def arguments_in(town: Town, address: Address) -> dict[str, int]:
    """The ids that make the address point at something of the town."""
    ids = {
        "account_id": town.account.pk,
        "bill_id": town.bill.pk,
        "run_id": town.run.pk,
        "run_account_id": town.run.accounts.order_by("pk").values_list("pk", flat=True)[0],
        "round_id": town.round.pk,
        "batch_id": town.batch.pk,
        "flag_id": town.flag.pk,
        "hold_id": town.hold.pk,
        "schedule_id": town.law.pk,
        "payment_id": town.payment.pk,
        "customer_id": town.account.holder_id,
        "order_id": town.order.pk,
        "party_id": town.order.party_id,
        "link_id": town.link.pk,
        "user_id": town.staff["cajero"].pk,
        "route_id": town.account.route_id,
    }
    if {"dates_id", "sampled_id"} & set(address.arguments):
        control = billing_town(town)
        ids |= {"dates_id": control.dates.pk, "sampled_id": control.sampled.pk}
    if {"claim_id", "voucher_id", "match_id"} & set(address.arguments):
        made = claims_town(town)
        ids |= {"claim_id": made.claim.pk, "voucher_id": made.voucher.pk, "match_id": made.match.pk}
    if {"receipt_id", "tender_id", "refund_id"} & set(address.arguments):
        corrected = corrections_town(town)
        ids |= {
            "receipt_id": corrected.receipt.pk,
            "tender_id": corrected.cheque.pk,
            "refund_id": corrected.refund.pk,
        }
    if {"session_id", "withdrawal_id", "count_id", "block_id", "document_id"} & set(address.arguments):
        drawer = sessions_town(town)
        ids |= {
            "session_id": drawer.session.pk,
            "withdrawal_id": drawer.withdrawal.pk,
            "count_id": drawer.count.pk,
            "block_id": drawer.block.pk,
            "document_id": drawer.withdrawal.document_id,
        }
    if {"file_id", "movement_id", "resolution_id"} & set(address.arguments):
        bank = bank_town(town)
        ids |= {"file_id": bank.file.pk, "movement_id": bank.movement.pk, "resolution_id": bank.resolution.pk}
    if {"book_number", "register_number", "proposal_id", "register_proposal_id", "signature_id"} & set(
        address.arguments
    ):
        books = books_town(town)
        ids |= {
            "book_number": books.book.number,
            "register_number": books.register.number,
            "proposal_id": books.proposal.pk,
            "register_proposal_id": books.of_register.pk,
            "signature_id": books.signature.pk,
            "page_number": 1,
        }
    if {"sweep_id", "difference_id", "finding_id", "comparison_id", "norm_code"} & set(address.arguments):
        watched = tariffs_town(town)
        ids |= {
            "sweep_id": watched.sweep.pk,
            "difference_id": watched.difference.pk,
            "finding_id": watched.finding.pk,
            "comparison_id": watched.comparison.pk,
            "norm_code": watched.norm.pk,
        }
    if {"call_id", "message_id", "radio_id"} & set(address.arguments):
        spoken = attention_town(town)
        ids |= {"call_id": spoken.call.pk, "message_id": spoken.message.pk, "radio_id": spoken.radio.pk}
    of_cases = {"case_id", "answer_id", "case_file_id", "case_type_code", "template_code", "ticket_id"}
    if of_cases & set(address.arguments):
        desk = cases_town(town)
        ids |= {
            "case_id": desk.case.pk,
            "answer_id": desk.answer.pk,
            "case_file_id": desk.file.pk,
            "case_type_code": desk.type.pk,
            "template_code": desk.template.pk,
            "ticket_id": desk.ticket.pk,
        }
    office = {
        "announcement_id",
        "turn_id",
        "offering_id",
        "offering_request_id",
        "substitution_id",
        "request_id",
    }
    if office & set(address.arguments):
        made_office = office_town(town)
        ids |= {
            "announcement_id": made_office.announcement.pk,
            "turn_id": made_office.turn.pk,
            "offering_id": made_office.offering.pk,
            "offering_request_id": made_office.asked.pk,
            "substitution_id": made_office.substitution.pk,
            "request_id": made_office.request.pk,
        }
    if {"adjustment_id", "adjustment_file_id", "adjustment_policy_id"} & set(address.arguments):
        adjusted = adjustments_town(town)
        ids |= {
            "adjustment_id": adjusted.applied.pk,
            "adjustment_file_id": adjusted.file.pk,
            "adjustment_policy_id": adjusted.applied.policy_id,
        }
    if {"technician_id", "slot_id", "inspection_id"} & set(address.arguments):
        agenda = agenda_town(town)
        ids |= {
            "technician_id": agenda.technician.pk,
            "slot_id": agenda.slot.pk,
            "inspection_id": agenda.inspection.pk,
        }
    street = {"work_order_id", "order_file_id", "delivery_id", "crew_id", "member_id", "type_code"}
    if street & set(address.arguments):
        orders = workorders_town(town)
        ids |= {
            "work_order_id": orders.done.pk if "order_file_id" in address.arguments else orders.order.pk,
            "order_file_id": orders.file.pk,
            "delivery_id": orders.delivery.pk,
            "crew_id": orders.crew.pk,
            "member_id": orders.member.pk,
            "type_code": orders.type.pk,
        }
    if {"agreement_id", "note_id", "waiver_id"} & set(address.arguments):
        agreed = agreements_town(town)
        ids |= {"agreement_id": agreed.signed.pk, "note_id": agreed.note.pk, "waiver_id": agreed.waiver.pk}
    if {"reading_finding_id", "decision_id", "capture_id", "reader_id"} & set(address.arguments):
        reviewed = metering_town(town)
        ids |= {
            "reading_finding_id": reviewed.finding.pk,
            "decision_id": reviewed.decision.pk,
            "capture_id": reviewed.capture.pk,
            "reader_id": reviewed.reader.pk,
        }
    if {"loss_id", "prepayment_id"} & set(address.arguments):
        hard = hard_cases_town(town)
        ids |= {"loss_id": hard.loss.pk, "prepayment_id": hard.prepayment.pk}
    if {"guideline_id", "guideline_version_id"} & set(address.arguments):
        guided = guidelines_town(town)
        is_of_draft = address.name == "guidelines:edit"
        ids |= {
            "guideline_id": guided.guideline.pk,
            "guideline_version_id": guided.draft.pk if is_of_draft else guided.ruling.pk,
        }
    if {"meter_id", "bench_test_id", "replacement_id"} & set(address.arguments):
        park = meters_town(town)
        ids |= {
            "meter_id": park.meter.pk,
            "bench_test_id": park.test.pk,
            "replacement_id": park.proposal.pk,
        }
    if "selection_id" in address.arguments:
        ids["selection_id"] = arrears_town(town).selection.pk
    if address.name.startswith("reduction:"):
        limited = reduction_town(town)
        ids |= {
            "relation_id": limited.relation.pk,
            "act_id": limited.act.pk,
            "water_voucher_id": limited.voucher.pk,
            "infraction_id": limited.infraction.pk,
        }
    of_collection = {"collection_batch_id", "ladder_act_id", "step_code", "legal_record_id", "credential_id"}
    if of_collection & set(address.arguments):
        collection = collections_town(town)
        ids |= {
            "collection_batch_id": collection.batch.pk,
            "ladder_act_id": collection.act.pk,
            "step_code": collection.step.pk,
            "legal_record_id": collection.record.pk,
            "credential_id": collection.credential.pk,
        }
    return {name: ids[name] for name in address.arguments}


def _walk(pattern: URLPattern | URLResolver, prefix: str) -> Iterator[Address]:
    if isinstance(pattern, URLResolver):
        inside = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
        for child in pattern.url_patterns:
            yield from _walk(child, inside)
    else:
        yield Address(f"{prefix}{pattern.name}", pattern.callback, tuple(pattern.pattern.converters))
