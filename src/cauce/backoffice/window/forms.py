"""Shapes of what is asked at the window."""

from django import forms


class SearchForm(forms.Form):
    """What is typed in the finder."""

    q = forms.CharField(required=False, max_length=120)


class AsOfForm(forms.Form):
    """The day of a statement."""

    al = forms.DateField(required=False)
