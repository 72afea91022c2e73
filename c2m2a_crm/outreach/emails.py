"""A campaign as the message that somebody gets: text and HTML from the same source, and what the law wants under it.

Canada's anti-spam law (S.C. 2010, c. 23, s. 6(2), SOR/2012-36 ss. 2-3) asks for the sender's name, a mailing address, a
way to reach the sender, and an unsubscribe that works for 60 days. RFC 8058 says how a mail program presses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Final
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from c2m2a_crm.core.bilingual import LANGUAGES, localized
from c2m2a_crm.core.markdown import to_html
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.outbox import Mail
from c2m2a_crm.outreach.models import Campaign
from c2m2a_crm.outreach.selectors import Copy, sides_for, unsubscribe_path

# Pages bear no style of their own; a message cannot link to a stylesheet. It is read without it just as well.
_STYLE: Final = SafeString(
    "<style>body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#1c211d;background:#fff}"
    "main,footer{max-width:38em;margin:0 auto;padding:1em 1.25em}h1{font-size:1.375em;line-height:1.25}"
    "h2,h3,h4{font-size:1.125em}a{color:#0d5c4d}table{border-collapse:collapse}td,th{padding:.25em .75em .25em 0;"
    "text-align:left}footer{border-top:1px solid #c9d1cb;font-size:.875em;color:#4a534c}"
    "@media (prefers-color-scheme:dark){body{color:#e6ebe7;background:#141816}a{color:#7fcdb9}"
    "footer{color:#aab4ad;border-color:#3a443d}}</style>"
)


@dataclass(frozen=True, slots=True)
class Side:
    """One language of a message."""

    language: str
    subject: str
    text: str
    html: SafeString
    why: str


def message_id(token: UUID) -> str:
    """The same for the same copy, also when it is sent again: whoever keeps mail can tell that it is one message."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<o.{token.hex}@{domain}>"


def mail_of(campaign: Campaign, copy: Copy, *, token: UUID, base_url: str) -> Mail:
    """The message of one copy. ``base_url`` is the address under which the office is reached, for the link in it."""
    office = Installation.current()
    sides = [_side(campaign, copy, language) for language in sides_for(campaign, copy.language)]
    language = sides[0].language
    link = base_url.rstrip("/") + unsubscribe_path(token)
    with translation.override(language):
        context = {
            "office": office,
            "sender": _sender_name(office, language),
            "language": language,
            "sides": sides,
            "link": link,
            "link_in_other": _unsubscribe_words("fr" if language == "en" else "en"),
            "other_language": "fr" if language == "en" else "en",
            "style": _STYLE,
        }
        text = render_to_string("outreach/mail/notice.txt", context)
        html = render_to_string("outreach/mail/notice.html", context)
    return Mail(
        to_address=copy.address,
        to_name=copy.name,
        subject=" / ".join(dict.fromkeys(side.subject for side in sides)),
        body_text=text.strip() + "\n",
        body_html=html,
        language=language,
        headers={
            "Message-ID": message_id(token),
            "Reply-To": office.contact_email,
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Content-Language": ", ".join(side.language for side in sides),
        },
    )


def languages_to_preview(campaign: Campaign) -> Sequence[str]:
    return [language for language in LANGUAGES if campaign.is_written(language)]


def _side(campaign: Campaign, copy: Copy, language: str) -> Side:
    body = getattr(campaign, f"body_{language}")
    return Side(
        language=language,
        subject=getattr(campaign, f"subject_{language}"),
        text=body,
        html=to_html(body),
        why=copy.why_fr if language == "fr" else copy.why_en,
    )


def _sender_name(office: Installation, language: str) -> str:
    return localized(office, "sender_name", language).text or localized(office, "name", language).text


def _unsubscribe_words(language: str) -> str:
    with translation.override(language):
        return _("Unsubscribe")
