"""The portfolio of the town: taken today, with a selection and a promise."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from cauce.collections.models import ArrearsSnapshot, CollectionContact, SavedSelection
from cauce.collections.operations import ContactFacts, log_contact, save_selection, take_arrears_snapshot
from cauce.collections.rules import Filters
from cauce.core import clock
from tests.backoffice.town import Town


@dataclass(frozen=True, slots=True)
class ArrearsTown:
    """What the screens of the portfolio show."""

    snapshot: ArrearsSnapshot
    selection: SavedSelection
    contact: CollectionContact


def arrears_town(town: Town) -> ArrearsTown:
    """Take the portfolio of today, keep a selection and write down a promise of the account of the town."""
    at, by = clock.now(), town.staff["coordinador"]
    return ArrearsTown(
        snapshot=take_arrears_snapshot(day=clock.today(), at=at, by=by),
        selection=save_selection(name="Tres meses o más", filters=Filters(min_months=3), at=at, by=by),
        contact=log_contact(
            account=town.account,
            facts=ContactFacts(
                means=CollectionContact.Means.CALL,
                person=CollectionContact.Person.HOLDER,
                result=CollectionContact.Result.PROMISE,
                promise_on=clock.today() + timedelta(days=5),
                promise_amount=Decimal("100.00"),
            ),
            at=at,
            by=by,
            key="town/contact",
        ),
    )
