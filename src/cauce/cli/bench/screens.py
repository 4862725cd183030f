"""Asking the site for a screen many times, as a browser does, and telling how long it took."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from time import perf_counter

from django.conf import settings
from django.test import Client

from cauce.cli.bench.figures import percentile
from cauce.users.models import User


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen that is measured: who looks at it, and the addresses that are asked for in turn."""

    name: str
    role: str
    addresses: Sequence[str]


def measure(screen: Screen, user_name: str, *, times: int) -> dict[str, Decimal]:
    """Ask for a screen so many times, after one that does not count: milliseconds of the half, the 95 % and the worst.

    Each page is asked for whole, as the site answers it: session, permissions, queries and template.
    """
    client = Client()
    client.force_login(User.objects.get(username=user_name), settings.AUTHENTICATION_BACKENDS[0])
    _ask(client, screen.addresses[0])
    taken = sorted(_ask(client, screen.addresses[turn % len(screen.addresses)]) for turn in range(times))
    return {"p50_ms": percentile(taken, 50), "p95_ms": percentile(taken, 95), "slowest_ms": taken[-1]}


def _ask(client: Client, address: str) -> Decimal:
    begun = perf_counter()
    response = client.get(address)
    milliseconds = round(Decimal(perf_counter() - begun) * 1000, 1)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    return milliseconds
