"""Whose powers a person has: those of their post, and those of the posts that they substitute today."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet

from cauce.core.clock import today
from cauce.users.models import Substitution, User


class PostBackend(ModelBackend):
    """Give the permissions of a person's own groups and, between its dates, of each post that a suplencia gives them.

    It is asked by every screen on each request, so a suplencia takes effect and ends by itself at midnight.
    """

    def _get_group_permissions(self, user_obj: Any) -> QuerySet[Permission]:
        if not isinstance(user_obj, User):
            return Permission.objects.none()
        substituted = Substitution.objects.in_force_on(today()).filter(substitute=user_obj).values("role")
        return Permission.objects.filter(Q(group__user=user_obj) | Q(group__name__in=substituted)).distinct()
