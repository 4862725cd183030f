"""The Django application of the base templates."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, tags and assets; no models."""

    name = "cauce.ui"
    label = "ui"
