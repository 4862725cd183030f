"""The log of what happened."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only


class EventQuerySet(models.QuerySet["Event"]):
    """Reads of the history."""

    def of_account(self, account_id: int) -> "EventQuerySet":
        """The history of one account, newest first."""
        return self.filter(account_id=account_id).order_by("-id")


class Event(models.Model):
    """Something that happened in the utility, told in one Spanish sentence.

    References point upward, so they are plain data: ``subject_kind`` and ``subject_id`` name the thing,
    ``account_id`` the account in whose history it shows.
    """

    kind = models.CharField("clase", max_length=48)
    sentence = models.TextField("qué pasó")
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="quién")
    subject_kind = models.CharField("objeto", max_length=48)
    subject_id = models.BigIntegerField("número del objeto")
    account_id = models.BigIntegerField("cuenta", null=True, blank=True)
    facts = models.JSONField("hechos", default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "evento"
        verbose_name_plural = "eventos"
        indexes = [
            models.Index(
                fields=["account_id", "-id"], name="events_by_account", condition=models.Q(account_id__isnull=False)
            ),
            models.Index(fields=["subject_kind", "subject_id"], name="events_by_subject"),
            models.Index(fields=["at"], name="events_by_moment"),
        ]
        triggers = append_only("events_event")

    def __str__(self) -> str:
        return self.sentence
