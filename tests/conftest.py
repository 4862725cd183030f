"""What every test may use."""

from tests.database import _commits_on_a_clone, committed_database, django_db_setup, live_site

__all__ = ["_commits_on_a_clone", "committed_database", "django_db_setup", "live_site"]
