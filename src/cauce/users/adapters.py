"""How staff sign in: nobody registers alone, Informática opens the accounts; production demands the second factor."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from cauce.users.models import User


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes public registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody registers alone."""
        return False


class StaffMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Asks for the second factor where the deployment demands it.

    The demonstration's users are enrolled, so that ``cauce otp`` has a code to give, but its sign-in does not ask.
    """

    def is_mfa_enabled(self, user: User, types: list[str] | None = None) -> bool:
        """Whether signing in asks this person for a code."""
        return settings.SECOND_FACTOR_REQUIRED and bool(super().is_mfa_enabled(user, types))
