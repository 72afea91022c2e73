"""How a browser sends the log form, and what its answer says."""

from __future__ import annotations

import uuid

from lxml import html

CREATE = "/contact-log/new/"


def filled(**fields: object) -> dict[str, object]:
    """What a browser sends for a form in which only these were filled in."""
    return {"token": str(uuid.uuid4()), "line_read": "", **fields}


def errors_of(content: bytes) -> list[str]:
    return [link.text_content() for link in html.fromstring(content).cssselect(".errors a")]
