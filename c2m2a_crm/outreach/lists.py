"""The lists of outgoing mail: what was written, what each person got, who said stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.lists import Column, ListWords
from c2m2a_crm.core.text import Fold
from c2m2a_crm.outreach import policies
from c2m2a_crm.outreach.models import Campaign, Delivery, Suppression
from c2m2a_crm.outreach.querysets import Outcome
from c2m2a_crm.outreach.selectors import is_finished, outcomes_of

OUTCOME_TONES = {
    Outcome.ACCEPTED: "ok",
    Outcome.FAILED: "bad",
    Outcome.IN_DOUBT: "bad",
    Outcome.HELD_BACK: "none",
    Outcome.KEPT: "none",
}
STATE_TONES = {Campaign.State.DRAFT: "", Campaign.State.CANCELLED: "line", Campaign.State.SENT: "ok"}


def outcome_dot(outcome: str) -> SafeString:
    return ui.dot(Outcome(outcome).label, OUTCOME_TONES.get(Outcome(outcome), "warn"))


# --- Campaigns --------------------------------------------------------------------------------------------------------


def _outcomes(actor: Any, rows: Sequence[Campaign]) -> dict[int, Counter[str]]:
    return outcomes_of(rows)


def state_tag(campaign: Campaign, outcomes: Counter[str]) -> SafeString:
    """The state in a word; what needs a person comes before that it was sent."""
    if campaign.started_at is not None:
        if not is_finished(outcomes):
            return ui.tag(_("Being sent"), "info")
        if outcomes[Outcome.FAILED] or outcomes[Outcome.IN_DOUBT]:
            return ui.tag(_("Needs a look"), "warn", "alert-triangle")
    return ui.tag(campaign.state_label, STATE_TONES.get(Campaign.State(campaign.state), ""))


def reached(outcomes: Counter[str]) -> str:
    """How many of the audience were reached: “39 of 41”; nothing for a draft."""
    total = sum(outcomes.values())
    if not total:
        return ""
    shown = {"accepted": dates.number(outcomes[Outcome.ACCEPTED]), "total": dates.number(total)}
    return _("%(accepted)s of %(total)s") % shown


def _subject_cell(campaign: Campaign) -> SafeString:
    subject = campaign.subject
    return format_html('<a class="t" href="{}">{}</a>', campaign.get_absolute_url(), ui.in_language(subject))


CAMPAIGN_COLUMNS = (
    Column(
        "subject",
        gettext_lazy("Subject"),
        value=lambda campaign: campaign.subject.text,
        cell=_subject_cell,
        order=lambda: ["subject_en", "subject_fr"],
        is_row_header=True,
    ),
    Column(
        "audience",
        gettext_lazy("Audience"),
        value=lambda campaign: campaign.audience_name.text,
        cell=lambda campaign: ui.in_language(campaign.audience_name),
        order=lambda: ["audience_name_en"],
    ),
    Column(
        "state",
        gettext_lazy("State"),
        value=lambda campaign, outcomes: campaign.state_label,
        cell=state_tag,
        batch=_outcomes,
    ),
    Column(
        "accepted",
        gettext_lazy("Accepted"),
        value=lambda campaign, outcomes: outcomes[Outcome.ACCEPTED],
        cell=lambda campaign, outcomes: reached(outcomes),
        batch=_outcomes,
        is_numeric=True,
    ),
    Column(
        "written_by",
        gettext_lazy("Written by"),
        value=lambda campaign: campaign.created_by.name,
        order=lambda: ["created_by__name"],
        is_low=True,
    ),
    Column(
        "changed",
        gettext_lazy("Changed"),
        value=lambda campaign: campaign.updated_at,
        cell=lambda campaign: ui.when(campaign.updated_at, style="moment"),
        order=lambda: ["updated_at"],
        is_low=True,
    ),
    Column(
        "sent",
        gettext_lazy("Sent"),
        value=lambda campaign: campaign.started_at,
        cell=lambda campaign: ui.when(campaign.started_at, style="moment"),
        order=lambda: ["started_at"],
    ),
)

CAMPAIGN_WORDS = ListWords(
    label=gettext_lazy("Campaigns"),
    counted=lambda total: ngettext("%(count)s notice", "%(count)s notices", total),
    empty_title=gettext_lazy("No notices yet"),
    empty_text=gettext_lazy("A notice goes to everybody who holds a seat. Open a forum and choose “Send notice”."),
)

# --- Copies -----------------------------------------------------------------------------------------------------------


def language_in_words(delivery: Delivery) -> str:
    match delivery.language:
        case "en":
            return _("English")
        case "fr":
            return _("French")
    return _("Both") if not delivery.held_back else ""


def reason_of(delivery: Any) -> str:
    """Why nothing went out, or what the mail server said."""
    if delivery.held_back:
        return str(delivery.why)
    if delivery.outcome in (Outcome.FAILED, Outcome.IN_DOUBT, Outcome.WAITING) and delivery.message:
        return str(delivery.message.last_error)
    return ""


def _person_cell(delivery: Delivery) -> SafeString:
    if delivery.person is None:
        return format_html("{}", delivery.name)
    return format_html('<a class="t" href="{}">{}</a>', delivery.person.get_absolute_url(), delivery.name)


def _campaign_cell(delivery: Delivery) -> SafeString:
    campaign = delivery.campaign
    return format_html('<a href="{}">{}</a>', campaign.get_absolute_url(), ui.in_language(campaign.subject))


DELIVERY_COLUMNS = (
    Column(
        "person",
        gettext_lazy("Person"),
        value=lambda delivery: delivery.name,
        cell=_person_cell,
        order=lambda: [Fold("name").asc()],
        is_row_header=True,
    ),
    Column(
        "address",
        gettext_lazy("E-mail address"),
        value=lambda delivery: delivery.email.address if delivery.email else "",
        order=lambda: ["email__address"],
    ),
    Column("language", gettext_lazy("Language"), value=language_in_words, order=lambda: ["language"]),
    Column(
        "outcome",
        gettext_lazy("What became of it"),
        value=lambda delivery: str(Outcome(delivery.outcome).label),
        cell=lambda delivery: outcome_dot(delivery.outcome),
        order=lambda: ["outcome"],
    ),
    Column("reason", gettext_lazy("Reason"), value=reason_of),
    Column(
        "sent",
        gettext_lazy("Accepted at"),
        value=lambda delivery: delivery.message.sent_at if delivery.message else None,
        cell=lambda delivery: ui.when(delivery.message.sent_at if delivery.message else None, style="moment"),
        order=lambda: ["message__sent_at"],
    ),
    Column(
        "campaign",
        gettext_lazy("Notice"),
        value=lambda delivery: delivery.campaign.subject.text,
        cell=_campaign_cell,
        is_low=True,
    ),
)

DELIVERY_WORDS = ListWords(
    label=gettext_lazy("Copies"),
    counted=lambda total: ngettext("%(count)s person", "%(count)s people", total),
    empty_title=gettext_lazy("Nothing was sent yet"),
    empty_text=gettext_lazy("Each person of a notice’s audience stands here with what became of their copy."),
)

# --- Stops ------------------------------------------------------------------------------------------------------------


def scope_in_words(stop: Suppression) -> str:
    if stop.campaign is None or stop.is_of_everything:
        return _("All mail of the office")
    return stop.campaign.audience_name.text


def _lift_urls(actor: Any, rows: Sequence[Suppression]) -> dict[int, str]:
    """Where each stop in force may be lifted by this person."""
    if not policies.can_lift_stops(actor):
        return {}
    in_force = Suppression.objects.in_force().filter(pk__in=[row.pk for row in rows])
    return {pk: reverse("consent:lift_stop", args=[pk]) for pk in in_force.values_list("pk", flat=True)}


def _act_cell(stop: Suppression, lift_url: str | None) -> SafeString:
    said = ui.dot(stop.get_act_display(), "bad" if stop.act == Suppression.Act.STOP else "ok")
    if not lift_url:
        return said
    words = format_html('{}<span class="vh">: {}</span>', _("Lift"), stop.email.address)
    return format_html('{} <a href="{}">{}</a>', said, lift_url, words)


STOP_COLUMNS = (
    Column(
        "address",
        gettext_lazy("E-mail address"),
        value=lambda stop: stop.email.address,
        order=lambda: ["email__address"],
        is_row_header=True,
    ),
    Column(
        "act",
        gettext_lazy("What was said"),
        value=lambda stop, lift_url: str(stop.get_act_display()),
        cell=_act_cell,
        batch=_lift_urls,
    ),
    Column("scope", gettext_lazy("About"), value=scope_in_words),
    Column("how", gettext_lazy("How"), value=lambda stop: str(stop.get_how_display()), order=lambda: ["how"]),
    Column(
        "at",
        gettext_lazy("When"),
        value=lambda stop: stop.at,
        cell=lambda stop: ui.when(stop.at, style="moment"),
        order=lambda: ["at"],
    ),
    Column("by", gettext_lazy("Noted by"), value=lambda stop: stop.by.name if stop.by else "", is_low=True),
    Column("reason", gettext_lazy("Reason"), value=lambda stop: stop.reason, is_low=True),
)

STOP_WORDS = ListWords(
    label=gettext_lazy("Unsubscribed"),
    counted=lambda total: ngettext("%(count)s address", "%(count)s addresses", total),
    empty_title=gettext_lazy("Nobody has unsubscribed"),
    empty_text=gettext_lazy("Whoever unsubscribes stands here at once, with how and when. Nothing is sent to them."),
)
