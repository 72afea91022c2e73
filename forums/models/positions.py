"""Policy positions: the question, its wordings, who said what about it, how it was adopted, and where it was used.

The state of a position is nowhere stored: it follows from dated rows (``Position.State``). Silence is the absence of a
stance. A stance is as far away as the contact or the minutes that prove it (``docs/adr/0025-positions.md``).
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.models import Archivable, Versioned
from c2m2a_crm.engagement.models import Initiative, Interaction
from forums.models.forums import Forum
from forums.models.meetings import Meeting
from forums.models.minutes import Decision, MinutesSection
from forums.models.reference import TermsOfReference
from forums.models.seats import Seat
from forums.positions.querysets import (
    AdoptionQuerySet,
    DissentQuerySet,
    PositionQuerySet,
    PositionUseQuerySet,
    StanceQuerySet,
    TopicQuerySet,
    WordingQuerySet,
)
from members.models import Concept, Jurisdiction, Party, Person


class Position(Versioned, Archivable):
    """A question of policy on which a forum, or the alliance itself, seeks one answer.

    ``initiative`` is what it is filed under and as far away as: a forum's position is filed under the forum, the
    alliance's own one under an advocacy file or under nothing.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("state of a position", "No wording yet")
        DISCUSSED = "discussed", pgettext_lazy("state of a position", "Under discussion")
        ADOPTED = "adopted", pgettext_lazy("state of a position", "Adopted")
        REVISED = "revised", pgettext_lazy("state of a position", "Adopted, under revision")
        WITHDRAWN = "withdrawn", pgettext_lazy("state of a position", "Withdrawn")

    initiative = models.ForeignKey(
        Initiative,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="positions",
        verbose_name=_("filed under"),
    )
    question_en = models.CharField(_("question in English"), max_length=300, blank=True)
    question_fr = models.CharField(_("question in French"), max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="positions", verbose_name=_("owner")
    )
    opened_on = models.DateField(_("opened on"))

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("policy position")
        verbose_name_plural = _("policy positions")
        ordering: ClassVar = ["-opened_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(question_en="") | ~Q(question_fr=""),
                name="position_asks_something",
                violation_error_message=_("Enter the question in at least one language."),
            ),
        ]
        # The list, newest first.
        indexes: ClassVar = [models.Index(fields=["-opened_on", "-id"], name="positions_newest_first")]

    def __str__(self) -> str:
        return self.question.text

    @property
    def question(self) -> TextPair:
        return localized(self, "question")

    @property
    def forum(self) -> Forum | None:
        """The forum whose position it is; None for the alliance's own."""
        if self.initiative is None or self.initiative.kind != Initiative.Kind.FORUM:
            return None
        return self.initiative.forum

    def get_absolute_url(self) -> str:
        return reverse("positions:detail", args=[self.pk])


class PositionTopic(models.Model):
    """What a position is about: a mineral or a stage of the value chain; or a jurisdiction.

    A word that another one replaced since is shown, and found, as that one.
    """

    position = models.ForeignKey(Position, on_delete=models.CASCADE, related_name="topics")
    concept = models.ForeignKey(
        Concept,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="position_topics",
        verbose_name=_("topic"),
    )
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="position_topics",
        verbose_name=_("jurisdiction"),
    )

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic of a position")
        verbose_name_plural = _("topics of positions")
        ordering: ClassVar = ["position", "concept__vocabulary", "concept__position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(concept__isnull=False, jurisdiction__isnull=True)
                | Q(concept__isnull=True, jurisdiction__isnull=False),
                name="position_topic_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=["position", "concept", "jurisdiction"], name="position_topic_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        word = self.concept
        return str((word.replaced_by or word) if word is not None else self.jurisdiction)


class PositionWording(Versioned):
    """A numbered version of the answer, in both languages. It is never changed: another one follows it.

    An empty side may be filled once, by the translation. ``change`` says what became different and why; the first
    version needs none.
    """

    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, related_name="wordings", verbose_name=_("policy position")
    )
    number = models.PositiveSmallIntegerField(_("version number"))
    text_en = models.TextField(_("text in English"), blank=True)
    text_fr = models.TextField(_("text in French"), blank=True)
    change = models.CharField(_("what changed"), max_length=500, blank=True)
    reason = models.CharField(_("why it changed"), max_length=500, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_on = models.DateField(_("written on"))

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording of a position")
        verbose_name_plural = _("wordings of positions")
        ordering: ClassVar = ["position", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["position", "number"], name="position_wording_number_once"),
            models.CheckConstraint(
                condition=~Q(text_en="") | ~Q(text_fr=""),
                name="position_wording_says_something",
                violation_error_message=_("Enter the text in at least one language."),
            ),
            models.CheckConstraint(
                condition=Q(number=1) | (~Q(change="") & ~Q(reason="")),
                name="position_wording_says_what_changed",
                violation_error_message=_("Say what changed, and why."),
            ),
            # What composite keys refer to: a stance, an adoption or a use speaks of a wording of its own position.
            models.UniqueConstraint(fields=["id", "position"], name="position_wording_of_one_position"),
        ]

    def __str__(self) -> str:
        return gettext("Version %(number)d") % {"number": self.number}

    @property
    def text(self) -> TextPair:
        return localized(self, "text")

    @property
    def is_bilingual(self) -> bool:
        return bool(self.text_en and self.text_fr)


class Stance(Versioned):
    """What somebody said about a position on a day. A later one of the same speaker takes its place and keeps it.

    The speaker is a seat, or an organization or Nation; ``person`` is who spoke for them. There is none without the
    contact or the section of minutes in which it was said, and exactly one of them is named. ``said_on`` is the day of
    that source as it stood when the stance was noted. Noted in error, it is taken back with a reason.
    """

    class Kind(models.TextChoices):
        SUPPORTS = "supports", pgettext_lazy("stance", "Supports")
        SUPPORTS_IF = "supports_if", pgettext_lazy("stance", "Supports if")
        OPPOSES = "opposes", pgettext_lazy("stance", "Opposes")
        ABSTAINS = "abstains", pgettext_lazy("stance", "Takes no position")

    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, related_name="stances", verbose_name=_("policy position")
    )
    wording = models.ForeignKey(
        PositionWording,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stances",
        verbose_name=_("wording spoken of"),
    )
    seat = models.ForeignKey(
        Seat, on_delete=models.PROTECT, null=True, blank=True, related_name="stances", verbose_name=_("seat")
    )
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stances",
        verbose_name=_("organization or Nation"),
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="stances", verbose_name=_("who spoke")
    )
    kind = models.CharField(_("stance"), max_length=12, choices=Kind)
    condition = models.CharField(_("on what condition"), max_length=500, blank=True)
    words = models.TextField(_("in their words"), blank=True)
    said_on = models.DateField(_("said on"))
    interaction = models.ForeignKey(
        Interaction, on_delete=models.PROTECT, null=True, blank=True, related_name="stances", verbose_name=_("contact")
    )
    section = models.ForeignKey(
        MinutesSection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stances",
        verbose_name=_("section of minutes"),
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("why it was noted in error"), max_length=500, blank=True, editable=False)

    objects = StanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("stance")
        verbose_name_plural = _("stances")
        ordering: ClassVar = ["-said_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(seat__isnull=False) | Q(party__isnull=False),
                name="stance_has_a_speaker",
                violation_error_message=_("Choose a seat, an organization or a Nation."),
            ),
            models.CheckConstraint(
                condition=Q(interaction__isnull=False, section__isnull=True)
                | Q(interaction__isnull=True, section__isnull=False),
                name="stance_has_a_source",
                violation_error_message=_("Choose the contact or the minutes in which it was said."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="supports_if") | ~Q(condition=""),
                name="stance_says_its_condition",
                violation_error_message=_("Say on what condition."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("supports_if", "opposes")) | Q(condition=""),
                name="stance_condition_has_its_kind",
                violation_error_message=_("Only who supports on a condition, or opposes, has a condition."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="stance_is_taken_back_with_a_reason",
                violation_error_message=_("Say why it was noted in error."),
            ),
            # What a dissent's composite key refers to.
            models.UniqueConstraint(fields=["id", "position"], name="stance_of_one_position"),
        ]
        indexes: ClassVar = [
            # The record page: the latest of each speaker. The pages of parties: what they said, newest first.
            models.Index(fields=["position", "-said_on", "-id"], name="stances_of_a_position"),
            models.Index(fields=["party", "-said_on", "-id"], name="stances_of_a_party"),
        ]

    def __str__(self) -> str:
        return f"{self.speaker} · {self.get_kind_display()}"

    @property
    def speaker(self) -> Party | Seat | None:
        """Whose stance it is: the organization or Nation where one is named, else the seat."""
        return self.party or self.seat


class Adoption(Versioned):
    """A wording was adopted on a day, by the rule that held on that day.

    ``conditions_note`` answers the conditions of those who support on one. A withdrawal ends it, with a reason.
    """

    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, related_name="adoptions", verbose_name=_("policy position")
    )
    wording = models.ForeignKey(
        PositionWording, on_delete=models.PROTECT, related_name="adoptions", verbose_name=_("wording")
    )
    adopted_on = models.DateField(_("adopted on"))
    rule = models.CharField(_("decision making"), max_length=20, choices=TermsOfReference.DecisionRule)
    terms = models.ForeignKey(
        TermsOfReference,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="adoptions",
        verbose_name=_("terms of reference"),
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="adoptions", verbose_name=_("meeting")
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="adoptions", verbose_name=_("decision")
    )
    conditions_note = models.CharField(_("how the conditions are met"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=500, blank=True, editable=False)

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        ordering: ClassVar = ["-adopted_on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["wording"],
                condition=Q(withdrawn_on__isnull=True),
                name="wording_adopted_once",
                violation_error_message=_("This wording is adopted already."),
            ),
            models.CheckConstraint(
                condition=Q(decision__isnull=True) | Q(meeting__isnull=False), name="adopting_decision_has_a_meeting"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_reason="")
                | Q(withdrawn_on__gte=models.F("adopted_on")) & ~Q(withdrawn_reason=""),
                name="adoption_is_withdrawn_with_a_reason",
                violation_error_message=_("Say why the position is withdrawn, on a day after its adoption."),
            ),
            # What a dissent's composite key refers to.
            models.UniqueConstraint(fields=["id", "position"], name="adoption_of_one_position"),
        ]
        indexes: ClassVar = [models.Index(fields=["position", "-adopted_on", "-id"], name="adoptions_of_a_position")]

    def __str__(self) -> str:
        return f"{self.position} · {self.wording}"


class Dissent(models.Model):
    """Who did not join in an adoption, and why, as it is to be recorded. It rests on the stance that says so."""

    adoption = models.ForeignKey(Adoption, on_delete=models.CASCADE, related_name="dissents")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+", editable=False)
    stance = models.ForeignKey(Stance, on_delete=models.PROTECT, related_name="dissents", verbose_name=_("stance"))
    reason = models.CharField(_("reason for the dissent"), max_length=500)

    objects = DissentQuerySet.as_manager()

    class Meta:
        verbose_name = _("recorded dissent")
        verbose_name_plural = _("recorded dissents")
        ordering: ClassVar = ["adoption", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["adoption", "stance"], name="dissent_recorded_once"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="dissent_has_a_reason",
                violation_error_message=_("Say why they do not join in."),
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class PositionUse(Versioned):
    """Where an adopted wording was put to use: in a submission, a meeting, a partnership; dated, with its citation.

    Noted in error, it is taken back with a reason.
    """

    class Kind(models.TextChoices):
        SUBMISSION = "submission", pgettext_lazy("use of a position", "Submission")
        TESTIMONY = "testimony", pgettext_lazy("use of a position", "Testimony")
        MEETING = "meeting", pgettext_lazy("use of a position", "Meeting")
        PARTNERSHIP = "partnership", pgettext_lazy("use of a position", "Partnership")
        PUBLICATION = "publication", pgettext_lazy("use of a position", "Publication")
        OTHER = "other", pgettext_lazy("use of a position", "Other")

    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, related_name="uses", verbose_name=_("policy position")
    )
    wording = models.ForeignKey(
        PositionWording, on_delete=models.PROTECT, related_name="uses", verbose_name=_("wording used")
    )
    kind = models.CharField(_("where it was used"), max_length=12, choices=Kind)
    used_on = models.DateField(_("used on"))
    citation = models.CharField(_("citation"), max_length=500)
    link = models.URLField(_("link"), max_length=500, blank=True)
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="positions_received",
        verbose_name=_("put to"),
    )
    interaction = models.ForeignKey(
        Interaction,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="position_uses",
        verbose_name=_("contact"),
    )
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="position_uses",
        verbose_name=_("meeting"),
    )
    initiative = models.ForeignKey(
        Initiative,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="position_uses",
        verbose_name=_("partnership, forum or file"),
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("why it was noted in error"), max_length=500, blank=True, editable=False)

    objects = PositionUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a position")
        verbose_name_plural = _("uses of positions")
        ordering: ClassVar = ["-used_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(citation=""),
                name="position_use_is_cited",
                violation_error_message=_("Say where it was used, so that somebody else finds it."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="use_is_taken_back_with_a_reason",
                violation_error_message=_("Say why it was noted in error."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["position", "-used_on", "-id"], name="uses_of_a_position")]

    def __str__(self) -> str:
        return self.citation
