"""What the pages of accounts need beyond the components."""

from __future__ import annotations

import re

from django import template
from django.utils.safestring import SafeString

register = template.Library()

_DECLARATION = re.compile(r"^<\?xml[^>]*\?>\s*")


@register.filter
def inline_svg(document: str) -> SafeString:
    """The QR code that allauth drew, without its XML declaration, to stand in the page: the CSP allows no data: image.

    Only for pictures made by this process from its own text; nothing a person sent may go through here.
    """
    return SafeString(_DECLARATION.sub("", document))
