"""Declared links of the staff with people of the padrón: who may not act on what."""

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.people.forms import LinkForm, LinkSearch, NameFilter
from cauce.core import clock
from cauce.registry.models import Customer, StaffLink
from cauce.registry.operations import declare_link, end_link
from cauce.registry.queries import search_people
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.lists import Chosen, Listing, list_page
from cauce.ui.paging import Page
from cauce.users.models import User

DECLARE = "registry.declare_link"


def links_of(user: User) -> QuerySet[StaffLink]:
    """Every link of somebody of the staff, those in force first. One query."""
    links = StaffLink.objects.filter(user=user).select_related("customer", "declared_by")
    return links.order_by("ended_at", "-declared_at")


@screen(DECLARE)
def links(request: HttpRequest) -> HttpResponse:
    """Everybody of the staff with how many links they have declared."""
    return list_page(request, _MEMBERS, "backoffice/people/links.html", _with_their_links)


@screen(DECLARE)
def person_links(request: HttpRequest, user_id: int) -> HttpResponse:
    """The links of one person, and the search of who else to link them with."""
    return _links_page(request, _member(user_id), LinkForm())


@screen(DECLARE, methods=("POST",))
def declare(request: HttpRequest, user_id: int) -> HttpResponse:
    """Declare a link of a person with somebody of the padrón."""
    member = _member(user_id)
    form = LinkForm(request.POST)

    def act() -> Done:
        customer = get_object_or_404(Customer, pk=form.cleaned_data["persona"])
        declare_link(
            user=member,
            customer=customer,
            kind=StaffLink.Kind(form.cleaned_data["vinculo"]),
            note=form.cleaned_data["nota"],
            at=clock.now(),
            by=user_of(request),
        )
        said = f"Quedó declarado el vínculo de {member} con {customer.name}."
        return said, redirect("people:person_links", member.pk)

    response = done(request, form, act, what=f"declarar un vínculo de {member}")
    if response is not None:
        return response
    return _links_page(request, member, form, status=422)


@screen(DECLARE, methods=("POST",))
def end(request: HttpRequest, link_id: int) -> HttpResponse:
    """End a declared link: from now on the person may act again."""
    link = get_object_or_404(StaffLink.objects.select_related("user", "customer"), pk=link_id)

    def act() -> str:
        end_link(link=link, at=clock.now(), by=user_of(request))
        return f"Terminó el vínculo de {link.user} con {link.customer.name}."

    tell(request, act, what=f"terminar el vínculo de {link.user}")
    return redirect("people:person_links", link.user_id)


def _links_page(request: HttpRequest, member: User, form: forms.Form, *, status: int = 200) -> HttpResponse:
    search = LinkSearch(request.POST if request.method == "POST" else request.GET)
    text = search.cleaned_data["q"].strip() if search.is_valid() else ""
    context = {
        "person": member,
        "links": links_of(member),
        "query": text,
        "found": search_people(text) if text else [],
        "form": form,
        "is_me": member.pk == user_of(request).pk,
    }
    return render(request, "backoffice/people/person_links.html", context, status=status)


def _members(chosen: Chosen) -> QuerySet[User]:
    in_force = Q(pk__in=StaffLink.objects.in_force().values("user"))
    people = User.objects.filter(is_system=False).filter(Q(is_active=True) | in_force)
    if text := chosen["nombre"]:
        people = people.filter(Q(full_name__icontains=text) | Q(username__icontains=text))
    return people


def _with_their_links(page: Page[User]) -> dict[str, object]:
    shown = StaffLink.objects.in_force().filter(user__in=page.rows)
    counted = dict(shown.values_list("user").annotate(links=Count("pk")).values_list("user", "links"))
    return {"rows": [(person, counted.get(person.pk, 0)) for person in page.rows]}


_MEMBERS = Listing(rows=_members, order=["full_name"], form=NameFilter)


def _member(user_id: int) -> User:
    return get_object_or_404(User, pk=user_id, is_system=False)
