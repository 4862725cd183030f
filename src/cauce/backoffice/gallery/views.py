"""The gallery."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cauce.backoffice.gallery.forms import SampleForm
from cauce.ui.access import screen

CONSUMPTION = (
    ("dic", 15, ""), ("ene", 14, ""), ("feb", 16, ""), ("mar", 18, ""), ("abr", 22, ""), ("may", 21, ""),
    ("jun", 19, ""), ("jul", 17, ""), ("ago", 16, ""), ("sep", 17, ""), ("oct", 18, "accent"), ("nov", 18, ""),
)  # fmt: skip
COLOURS = ("teal", "teal-soft", "accent", "accent-soft", "bad", "nav", "ground", "surface")


@screen("users.change_user")
def gallery(request: HttpRequest) -> HttpResponse:
    """Every piece, drawn with figures of example."""
    wrong = SampleForm({"name": "", "amount": "-3", "cycle": "2"})
    return render(
        request,
        "backoffice/gallery/gallery.html",
        {"form": SampleForm(), "wrong": wrong, "consumption": CONSUMPTION, "colours": COLOURS},
    )
