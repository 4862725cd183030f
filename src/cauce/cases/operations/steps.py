"""What every act on a case shares: holding it, telling who may act, moving it, and leaving it written."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from cauce.cases.models import Case, CaseStep
from cauce.cases.operations.refusals import (
    CaseElsewhere,
    CaseHeldByAnother,
    CaseOfAnotherArea,
    CaseRefused,
    IdleArea,
)
from cauce.cases.queries.holders import areas_of
from cauce.cases.rules.states import CASE_EDGES
from cauce.core.clock import local_day
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.operations import lock_accounts
from cauce.users.models import Area, User


def held_case(case: Case, *, with_account: bool = False) -> Case:
    """The case as it is now, kept from others; with its account first where that is touched."""
    return held_cases([case], with_account=with_account)[0]


def held_cases(cases: Sequence[Case], *, with_account: bool = False) -> list[Case]:
    """The cases as they are now, in the order given and once each, kept from others.

    :raises CaseRefused: if there is none.
    """
    if not cases:
        raise CaseRefused("Marque al menos un caso de la lista.")
    account_ids = sorted({case.account_id for case in cases if case.account_id is not None})
    if with_account and account_ids:
        lock_accounts(account_ids)
    wanted = list(dict.fromkeys(case.pk for case in cases))
    # Locked first and read afterwards: what is joined to a row that had to wait is as it was before the wait.
    list(Case.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk").values_list("pk"))
    rows = Case.objects.select_related("document", "type", "area", "holder", "account").filter(pk__in=wanted)
    found = {case.pk: case for case in rows}
    return [found[pk] for pk in wanted]


def move_case(case: Case, *, state: Case.State, also: Collection[str] = ()) -> None:
    """Put a held case in a state, with the fields named in ``also``.

    :raises CaseElsewhere: if that state does not follow from where it is.
    """
    refuse_unless_follows(case, state=state)
    case.state = state
    case.save(update_fields=["state", *also])


def refuse_unless_follows(case: Case, *, state: Case.State) -> None:
    """Refuse a step that the graph does not have.

    :raises CaseElsewhere: saying where the case is.
    """
    if (case.state, state) not in CASE_EDGES:
        raise CaseElsewhere(
            f"El caso {case.document.folio} está «{case.get_state_display().lower()}»: actualice la página para ver "
            "qué se puede hacer ahora."
        )


def write_step(
    case: Case,
    *,
    kind: CaseStep.Kind,
    note: str = "",
    from_area: Area | None = None,
    to_area: Area | None = None,
    holder: User | None = None,
    channel: str = "",
    at: datetime,
    by: User,
) -> CaseStep:
    """Leave written what happened to a case."""
    return CaseStep.objects.create(
        case=case,
        kind=kind,
        note=note.strip(),
        from_area=from_area,
        to_area=to_area,
        holder=holder,
        channel=channel,
        at=at,
        by=by,
    )


def tell_case(
    case: Case, *, kind: EventKind, at: datetime, by: User, facts: Mapping[str, object] | None = None
) -> None:
    """Publish what happened to one case."""
    publish(
        kind,
        subject_kind="Case",
        subject_id=case.pk,
        account_id=case.account_id,
        facts={"folio": case.document.folio, "matter": case.matter, **(facts or {})},
        at=at,
        by=by,
    )


def refuse_idle_area(area: Area) -> None:
    """Refuse to send a case to an area in which nobody would see it.

    :raises IdleArea: naming the area.
    """
    if not User.objects.filter(area=area, is_active=True, is_system=False).exists():
        raise IdleArea(
            f"En el área «{area}» no hay personal con cuenta activa y nadie vería el caso. Pida a Informática que dé "
            "de alta a alguien del área o elija otra."
        )


def refuse_stranger(case: Case, *, at: datetime, by: User) -> None:
    """Refuse an act on a case of another area, or that somebody else has.

    :raises CaseOfAnotherArea: if it is in none of the areas of ``by``.
    :raises CaseHeldByAnother: saying who has it.
    """
    if not by.is_system and case.area_id not in areas_of(by, local_day(at)):
        raise CaseOfAnotherArea(
            f"El caso {case.document.folio} está en «{case.area}»: lo atiende esa área. Usted puede agregarle una nota."
        )
    if case.holder_id not in (None, by.pk):
        raise CaseHeldByAnother(
            f"El caso {case.document.folio} lo tiene {case.holder}: póngase de acuerdo con esa persona."
        )


def needed(text: str, *, question: str) -> str:
    """What somebody wrote, which the act cannot go without.

    :raises CaseRefused: if it is blank; ``question`` says what to write.
    """
    if not text.strip():
        raise CaseRefused(question)
    return text.strip()
