"""What the padrón's import must know of the meters that are stored."""

from collections.abc import Iterator

from cauce.metering.models import MeterInstallation
from cauce.registry.models import Account


def meters_of_active_accounts() -> Iterator[tuple[str, str]]:
    """(Account number, serial) of each meter in place on an active account, a few thousand at a time."""
    return (
        MeterInstallation.objects.current()
        .filter(account__state=Account.State.ACTIVE)
        .values_list("account__number", "meter__serial")
        .iterator(chunk_size=5000)
    )
