"""The wiring, as an application so that it is done once everything else is loaded."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    """Connects events with the tasks they set off."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        """Read the page of reactions."""
        from config.reactions import REACTIONS

        from cauce.events.rules import set_reactions

        set_reactions(REACTIONS)
