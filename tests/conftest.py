"""What every test may use."""

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings

from cauce.ui import context, middleware
from tests.database import _commits_on_a_clone, committed_database, django_db_setup, live_site

__all__ = ["_commits_on_a_clone", "_nothing_cached_expires", "committed_database", "django_db_setup", "live_site"]

LONGER_THAN_ANY_TEST = 3600

# Seconds are for the benchmarks: on a machine that does other things a property is no less true for being slow.
settings.register_profile("cauce", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("cauce")


@pytest.fixture(autouse=True)
def _nothing_cached_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starts each test with an empty cache whose entries outlive it.

    What a page remembers for a minute would otherwise expire between two pages whose queries a test compares, and the
    entries of hundreds of tests would push each other out.
    """
    cache.clear()
    monkeypatch.setattr(middleware, "SEEN_EVERY_SECONDS", LONGER_THAN_ANY_TEST)
    monkeypatch.setattr(context, "OFFICIAL_KEPT_SECONDS", LONGER_THAN_ANY_TEST)
