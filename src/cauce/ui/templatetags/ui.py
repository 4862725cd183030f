"""Tags and filters of every template: icons, figures and dates as the staff reads them, personal data by halves."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cauce.core import es_mx
from cauce.ui import privacy
from cauce.ui.wording import code_name as name_of_code

register = template.Library()

NOTHING = "—"


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers: the words beside it say the same."""
    css_class = f"icon icon-{size}" if size else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css_class,
        static("cauce/icons.svg"),
        name,
    )


@register.simple_tag
def tag(text: str, tone: str = "", icon_name: str = "") -> SafeString:
    """A short state in a pill; ``tone`` is teal, good, accent, note, bad or nothing."""
    css_class = f"tag tag-{tone}" if tone else "tag"
    mark = icon(icon_name) if icon_name else ""
    return format_html('<span class="{}">{}{}</span>', css_class, mark, text)


@register.filter
def money(amount: Decimal | None) -> str:
    """Pesos: ``$1,234.50``; a dash when there is nothing to say."""
    return NOTHING if amount is None else es_mx.format_money(amount)


@register.filter
def money_text(amount: str | None) -> str:
    """Pesos that a JSON document keeps as text."""
    return money(Decimal(amount)) if amount else NOTHING


@register.filter
def whole(number: int | str | None) -> str:
    """A count with thousands separated: ``12,480``."""
    return es_mx.format_quantity(number) if isinstance(number, int) else NOTHING


@register.filter
def quantity(amount: Decimal | int | None) -> str:
    """A quantity without idle decimals: ``10.5``, ``2``."""
    return NOTHING if amount is None else es_mx.format_quantity(amount)


@register.filter
def price(amount: Decimal | None) -> str:
    """A unit price with all its decimals, two at least: ``$13.4275``."""
    return NOTHING if amount is None else es_mx.format_price(amount)


@register.filter
def plain(amount: Decimal) -> str:
    """Pesos as a hidden field carries them: ``1234.50``."""
    return f"{amount:.2f}"


@register.filter
def volume(cubic_metres: int | None) -> str:
    """A volume: ``18 m³``."""
    return NOTHING if cubic_metres is None else es_mx.format_volume(cubic_metres)


@register.filter
def percent(rate: Decimal | None) -> str:
    """A rate in percent: ``16 %``, ``2.5 %``."""
    return NOTHING if rate is None else es_mx.format_percent(rate)


@register.filter
def day(value: date | None) -> SafeString | str:
    """A date: ``24 nov 2026``, with its machine form for readers and tests."""
    if value is None:
        return NOTHING
    on = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return format_html('<time class="nowrap" datetime="{}">{}</time>', on.isoformat(), es_mx.format_date(on))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A moment in the utility's time zone: ``24 nov 2026, 9:14``."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    return format_html(
        '<time class="nowrap" datetime="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        es_mx.format_datetime(local),
    )


@register.filter
def month(period: date | None) -> SafeString | str:
    """A billing period: ``sep 2026``."""
    if period is None:
        return NOTHING
    return format_html('<time class="nowrap" datetime="{}">{}</time>', f"{period:%Y-%m}", es_mx.format_period(period))


@register.filter
def long_month(period: date) -> str:
    """A billing period in full: ``septiembre de 2026``."""
    return es_mx.format_long_period(period)


@register.filter
def account_number(number: str) -> str:
    """An account number in threes: ``014 382``."""
    return es_mx.format_account(number)


@register.filter
def code_name(code: str) -> str:
    """The short Spanish name of a code: ``RFC_INVALIDO`` → ``RFC inválido``."""
    return name_of_code(code)


@register.filter
def initials(name: str) -> str:
    """Two letters for a person's disc: ``María Núñez`` → ``MN``."""
    words = name.split()
    return "".join(word[0] for word in words[:2]).upper()


@register.filter
def size_of_file(size_bytes: int | None) -> str:
    """A file's size: ``1.4 MB``."""
    if size_bytes is None:
        return NOTHING
    for unit, step in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if size_bytes >= step:
            tenths = size_bytes * 10 // step
            return f"{tenths // 10:,}.{tenths % 10} {unit}"
    return f"{size_bytes} B"


@register.simple_tag(takes_context=True)
def personal(context: template.Context, kind: str, value: str | None) -> str:
    """Personal data as this person may see it: whole with the permission, by halves without it.

    ``kind`` is ``phone``, ``email``, ``rfc`` or ``curp``.
    """
    if not value:
        return NOTHING
    user = context["request"].user
    if not user.has_perm(privacy.SEE_PERSONAL_DATA):
        return privacy.masked(kind, value)
    return es_mx.format_phone(value) if kind == "phone" else value


@register.inclusion_tag("ui/pieces/sort_head.html", takes_context=True)
def sort_head(context: template.Context, label: str, name: str, css_class: str = "") -> dict[str, Any]:
    """A column head that sorts its list by ``name``, and backwards at the second press."""
    params = context["request"].GET.copy()
    current = params.get("orden", context.get("default_sort", ""))
    backwards = current == name
    params["orden"] = f"-{name}" if backwards else name
    params.pop("desde", None)
    state = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    return {"label": label, "href": f"?{params.urlencode()}", "state": state, "css_class": css_class}
