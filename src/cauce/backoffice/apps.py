"""The Django application of the staff's screens."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    """Screens only; no models."""

    name = "cauce.backoffice"
    label = "backoffice"

    def ready(self) -> None:
        """Tell the frame where one can go."""
        from cauce.backoffice.places import PLACES
        from cauce.ui import navigation

        navigation.declare(PLACES)
