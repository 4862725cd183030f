"""How forms draw themselves: label, field, hint and error in one piece, and the errors' summary above."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Forms are drawn with the product's own templates."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
