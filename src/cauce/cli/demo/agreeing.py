"""Who comes to agree in the demonstration: with the coordinator, the head or the director, and who signs for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from cauce.agreements.models import PaymentAgreement, PromissoryNote
from cauce.agreements.operations import (
    authorise_agreement,
    keep_notes,
    prepare_agreement,
    propose_agreement,
    refuse_agreement,
    sign_agreement,
)
from cauce.agreements.queries import quote_agreement
from cauce.agreements.rules import Terms
from cauce.cli.demo.days import KEY
from cauce.cli.demo.office import draws_of, somebody, telephone
from cauce.cli.demo.papers import power_of_attorney
from cauce.cli.demo.stories import Scene
from cauce.collections.queries.ladder import owing_of
from cauce.collections.rules.ladder import Owing
from cauce.core.money import ZERO
from cauce.documents.models import StoredFile
from cauce.documents.operations import store_file
from cauce.registry.models import Account, Customer
from cauce.registry.operations import register_customer
from cauce.registry.rules.details import CustomerDetails

PREFIX: Final = f"{KEY}convenio:"
FIRST_SIGNING: Final = date(2026, 9, 2)
LAST_SIGNING: Final = date(2026, 10, 22)
# What is asked for and never signed: refused by who could grant it, or still waiting on the last day.
REFUSED_ON: Final = (date(2026, 9, 10), date(2026, 9, 29), date(2026, 10, 14))
WAITING_FROM: Final = (date(2026, 10, 22), date(2026, 10, 23))
PREPARED_ON: Final = date(2026, 10, 23)
# The routes where the ladder is climbed to its end: there only one of three comes to agree.
CLIMBED_ROUTES: Final = (7, 10)
_SAFE: Final = "Caja fuerte de Comercialización"
_LEAST: Final = Decimal(420)
_LOOKED_AT_ONCE: Final = 60


class Post(NamedTuple):
    """Up to whom an agreement goes: the months it is for, what is put down, and how many instalments at least."""

    authoriser: str
    months: range
    down: Decimal
    instalments: int
    reason: str


COORDINATOR: Final = Post("coordinador", range(1, 4), Decimal("0.25"), 3, "")
HEAD: Final = Post("jefe", range(4, 13), Decimal("0.15"), 5, "Perdió su empleo y ofrece pagar cada mes.")
DIRECTOR: Final = Post(
    "director", range(13, 40), Decimal("0.08"), 10, "Pensionada; debe más de un año y vive de su pensión."
)


@dataclass(frozen=True, slots=True)
class _Signer:
    """Who signs, and who answers besides."""

    obligor: Customer | None = None
    capacity: str = PaymentAgreement.Capacity.HOLDER
    proxy_file: StoredFile | None = None
    guarantor: Customer | None = None


def sign_those_who_come(scene: Scene) -> list[PaymentAgreement]:
    """Who signs today: one or two with the coordinator, or with what the head or the director authorises."""
    if not FIRST_SIGNING <= scene.day <= LAST_SIGNING:
        return []
    posts = [HEAD if scene.day.day % 3 == 0 else COORDINATOR]
    if scene.day.toordinal() % 2 == 0:
        posts.append(DIRECTOR if scene.day.day % 7 == 1 else COORDINATOR if scene.day.day % 3 == 0 else HEAD)
    return [found for place, post in enumerate(posts) if (found := _sign(scene, place, post)) is not None]


def ask_in_vain(scene: Scene) -> None:
    """What is refused, and what waits at the end for the head or for who must sign."""
    if scene.day in REFUSED_ON:
        asked = _propose(scene, f"{PREFIX}negado:{scene.day}", HEAD, hour=9)
        if asked is not None and asked.state == PaymentAgreement.State.REQUESTED:
            note = "Ya se le autorizó uno y no lo pagó: que dé la mitad de enganche."
            refuse_agreement(agreement=asked, note=note, at=scene.at(9, 50), by=scene.person("jefe"))
    if scene.day in WAITING_FROM:
        _propose(scene, f"{PREFIX}espera:{scene.day}", HEAD, hour=13)
    if scene.day == PREPARED_ON:
        _propose(scene, f"{PREFIX}por-firmar", COORDINATOR, hour=13)


def _sign(scene: Scene, place: int, post: Post) -> PaymentAgreement | None:
    name = f"{PREFIX}{scene.day}:{place}"
    found = _propose(scene, name, post, hour=10 + place)
    if found is None:
        return None
    by = scene.person("coordinador")
    if found.state == PaymentAgreement.State.REQUESTED:
        head = scene.person(found.authoriser)
        authorise_agreement(agreement=found, note="Procede.", at=scene.at(10 + place, 40), by=head)
        found = prepare_agreement(agreement=found, at=scene.at(11 + place), by=by)
    if found.state == PaymentAgreement.State.PREPARED:
        found = sign_agreement(agreement=found, at=scene.at(11 + place, 15), by=by, key=f"{name}:firma")
        notes = found.notes.filter(state=PromissoryNote.State.SIGNED)
        keep_notes(agreement=found, notes=list(notes), where=_SAFE, at=scene.at(11 + place, 30), by=by)
    return found


def _propose(scene: Scene, name: str, post: Post, *, hour: int) -> PaymentAgreement | None:
    """Ask for it, unless it was asked for by a demonstration that was killed."""
    found = PaymentAgreement.objects.filter(key=name).select_related("document", "account").first()
    if found is not None:
        return found
    for account, terms in _who_may(scene, post):
        signer = _signer(scene, account)
        return propose_agreement(
            account=account,
            terms=terms,
            obligor=signer.obligor,
            capacity=signer.capacity,
            proxy_file=signer.proxy_file,
            guarantor=signer.guarantor,
            reason=post.reason,
            at=scene.at(hour, 5),
            by=scene.person("coordinador"),
            key=name,
        )
    return None


def _who_may(scene: Scene, post: Post) -> Iterator[tuple[Account, Terms]]:
    """Debtors that never asked for an agreement and owe what the post may grant, with what each offers."""
    taken = set(PaymentAgreement.objects.values_list("account_id", flat=True))
    waiting = [each for each in scene.town.debtors if each.pk not in taken and _may_come(each)]
    for account, owing in _owing(waiting, scene.day):
        if owing.debt < _LEAST or owing.months not in post.months:
            continue
        terms = Terms(
            down_payment=(owing.debt * post.down // 10 + 2) * 10,
            instalments=post.instalments + account.pk % 3,
            # Some are paid each fortnight: theirs begin sooner.
            first_due_on=scene.day + timedelta(days=15) if account.pk % 2 else None,
        )
        quote = quote_agreement(account, on=scene.day, terms=terms, post="coordinador")
        if quote.is_possible and quote.eligibility.authoriser == post.authoriser:
            yield account, terms


def _owing(accounts: Sequence[Account], day: date) -> Iterator[tuple[Account, Owing]]:
    """What each owes, some of them at a time: mostly the first serve."""
    for start in range(0, len(accounts), _LOOKED_AT_ONCE):
        some = accounts[start : start + _LOOKED_AT_ONCE]
        owed = owing_of([each.pk for each in some], day=day)
        yield from ((account, owed[account.pk].owing) for account in some)


def _may_come(account: Account) -> bool:
    return account.route_id not in CLIMBED_ROUTES or account.pk % 3 == 0


def _signer(scene: Scene, account: Account) -> _Signer:
    """Of each nine, a daughter brings a carta poder, a tenant signs as obligor, and two bring a guarantor."""
    kind = account.pk % 9
    if account.holder.kind != Customer.Kind.PERSON:
        return _Signer()
    if kind == 2:
        daughter = _person(scene, account)
        paper = power_of_attorney(account.holder.name, daughter.name, signed_on=scene.day)
        content = store_file(
            name=f"carta-poder-{account.number}.pdf", content=paper, at=scene.at(9), by=scene.person("coordinador")
        )
        return _Signer(daughter, PaymentAgreement.Capacity.PROXY, proxy_file=content)
    if kind == 4:
        return _Signer(_person(scene, account), PaymentAgreement.Capacity.OBLIGOR)
    if kind in (5, 7):
        return _Signer(guarantor=_person(scene, account))
    return _Signer()


def _person(scene: Scene, account: Account) -> Customer:
    draws = draws_of(f"firma:{account.pk}")
    return register_customer(
        details=CustomerDetails(name=somebody(draws), phone=telephone(draws)),
        at=scene.at(9),
        by=scene.person("coordinador"),
    )


def restructure_one(scene: Scene, agreement: PaymentAgreement | None) -> PaymentAgreement | None:
    """Its debtor asks for longer terms: the new one takes its place. Nothing if it was done, or there is none."""
    name = f"{PREFIX}reestructura"
    if agreement is None or PaymentAgreement.objects.filter(key=name).exists():
        return None
    by = scene.person("coordinador")
    new = propose_agreement(
        account=agreement.account,
        terms=Terms(down_payment=max(agreement.down_payment, ZERO), instalments=6),
        restructures=agreement,
        reason="Cambió de trabajo y su quincena es otra.",
        at=scene.at(9, 30),
        by=by,
        key=name,
    )
    if new.state == PaymentAgreement.State.REQUESTED:
        head = scene.person(new.authoriser)
        authorise_agreement(agreement=new, note="Por una vez.", at=scene.at(9, 40), by=head)
        new = prepare_agreement(agreement=new, at=scene.at(9, 45), by=by)
    return sign_agreement(agreement=new, at=scene.at(9, 50), by=by, key=f"{name}:firma")
