"""Shapes of what is asked of the libro de registros."""

from django import forms

from cauce.books.papers.note_register import BESIDES, FIGURES
from cauce.books.rules import HEADINGS
from cauce.ui.fields import choice_filter, day_field, key_field, reason_field


class EntryFilter(forms.Form):
    """Which entries of which day."""

    dia = day_field("Día")
    rubro = choice_filter("Rubro", [(heading, heading) for heading in HEADINGS])
    palabra = forms.CharField(label="Palabra, folio o cuenta", required=False, max_length=80)
    vista = choice_filter("Ver", [("rubro", "Por rubro")], everything="En orden")


class NoteFilter(forms.Form):
    """Which notes of which day."""

    dia = day_field("Día")
    cifra = choice_filter("Cifra", [*FIGURES.items(), *BESIDES.items()])
    palabra = forms.CharField(label="Folio, cuenta o nombre", required=False, max_length=80)


class DayForm(forms.Form):
    """The day that is closed."""

    dia = day_field("Día", required="Diga qué día se cierra.")


class BookFilter(forms.Form):
    """Which closed books."""

    desde_dia = day_field("Del día")
    hasta_dia = day_field("Al día")


class ProposalForm(forms.Form):
    """What is to be added to a closed book."""

    llave = key_field()
    text = forms.CharField(
        label="Qué se agrega",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Escriba qué se agrega."},
    )
    hour = forms.TimeField(
        label="A qué hora pasó",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"required": "Escriba la hora.", "invalid": "Escriba una hora, como 14:30."},
    )
    reason = forms.CharField(
        label="Por qué no se asentó ese día",
        max_length=200,
        error_messages={"required": "Escriba por qué no se asentó ese día."},
    )


class RefusalForm(forms.Form):
    """Why something is not added."""

    note = reason_field("Por qué no se agrega", required="Escriba por qué no se agrega.")
