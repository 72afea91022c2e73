"""No log tells the secret of a link. What Django says of a refused request names its address."""

from __future__ import annotations

import logging
import re
from typing import Final

_LINK: Final = re.compile(r"(/p/[-\w]+/)[^/\s?#\"']+")


def without_secrets(text: str) -> str:
    return _LINK.sub(r"\1…", text)


class HideSecrets(logging.Filter):
    """Writes the message without secrets; keeps every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        hidden = without_secrets(said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True
