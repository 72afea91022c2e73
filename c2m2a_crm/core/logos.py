"""The office's logo. What is uploaded is never served: it is read within limits, drawn anew and kept as PNG."""

from __future__ import annotations

import hashlib
import io
import struct
from functools import partial
from typing import IO, Any, Final

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from c2m2a_crm.core import editing
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.texts import load_installation

# Only drawings made of points: a vector file may carry scripts and addresses.
FORMATS: Final = ("PNG", "JPEG", "WEBP")
MOST_BYTES: Final = 2 * 1024 * 1024
# What a file may unpack to. Known from its head, before a point of it is read.
MOST_POINTS: Final = 24_000_000
# Twice what the frame shows, for screens with fine points.
BOX: Final = (720, 144)
CONTENT_TYPE: Final = "image/png"


def redrawn(file: IO[bytes]) -> bytes:
    """The picture as a PNG of at most :data:`BOX`, without anything that came with it but its points.

    Raises ValidationError for what is no picture of :data:`FORMATS`, is broken, or is too large.
    """
    try:
        with Image.open(file, formats=FORMATS) as picture:
            width, height = picture.size
            if width * height > MOST_POINTS:
                raise ValidationError(_("This picture has too many points. Make it smaller and choose it again."))
            turned = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError):
        raise ValidationError(_("This file cannot be read as a picture. Choose a PNG, JPEG or WebP file.")) from None
    turned.thumbnail(BOX)
    points = Image.new("RGBA", turned.size)
    points.paste(turned)
    drawn = io.BytesIO()
    points.save(drawn, "PNG", optimize=True)
    return drawn.getvalue()


def set_logo(*, actor: Any, file: IO[bytes]) -> Installation:
    """Show this picture as the office's logo. Raises ValidationError as :func:`redrawn` does."""
    drawn = redrawn(file)
    name = f"office/logo-{hashlib.sha256(drawn).hexdigest()[:24]}.png"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(drawn))
    return _write(actor, name)


def remove_logo(*, actor: Any) -> Installation:
    """Show the mark of the product and the office's name again."""
    return _write(actor, "")


def _write(actor: Any, name: str) -> Installation:
    load_installation()
    with transaction.atomic(), recorded(actor):
        current = editing.lock(Installation.current())
        before = current.logo.name or ""
        if before != name:
            editing.apply(current, {"logo": name})
            if before:
                transaction.on_commit(partial(default_storage.delete, before))
    return current
