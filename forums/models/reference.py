"""Terms of reference: by which rules a forum works, version by version, one in force on a day."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.dates import days_of
from c2m2a_crm.core.models import Versioned
from c2m2a_crm.core.validity import Dated
from forums.models.forums import Forum
from forums.querysets import TermsOfReferenceQuerySet
from members.models import Party


class TermsOfReference(Dated, Versioned):
    """One version of a forum's terms of reference. A choice left empty, and a number that is None, are not settled.

    A sunset is the last day of ``valid``. ``kinds`` are the kinds of party that may sit; an empty list admits every
    kind, and ``is_non_governmental_only`` keeps governments out whatever the list says.
    """

    class Authority(models.TextChoices):
        STATUTE = "statute", pgettext_lazy("what establishes a forum", "Statute")
        MINISTER = "minister", pgettext_lazy("what establishes a forum", "Minister")
        DEPUTY_MINISTER = "deputy_minister", pgettext_lazy("what establishes a forum", "Deputy minister")
        BOARD = "board", pgettext_lazy("what establishes a forum", "Board")
        AGREEMENT = "agreement", pgettext_lazy("what establishes a forum", "Agreement")

    class ChairModel(models.TextChoices):
        CHAIR = "chair", _("One chair")
        CO_CHAIRS = "co_chairs", _("Co-chairs")
        ROTATING = "rotating", _("Rotating chair")
        CHAIR_VICE_PAST = "chair_vice_past", _("Chair, vice-chair and past chair")

    class QuorumRule(models.TextChoices):
        NONE = "none", _("No quorum")
        HALF_PLUS_ONE = "half_plus_one", _("Half plus one of the seats filled")
        HALF_PER_CATEGORY = "half_per_category", _("Half of the seats filled in each category")
        BOTH_CO_CHAIRS = "both_co_chairs", _("Both co-chairs present")

    class DecisionRule(models.TextChoices):
        CONSENSUS = "consensus", _("Consensus")
        RECORDED_DISSENT = "recorded_dissent", _("Consensus with recorded dissent")
        MAJORITY = "majority", _("Majority")
        ADVICE = "advice", _("Advice only")

    class MinutesStyle(models.TextChoices):
        VERBATIM = "verbatim", _("Verbatim")
        ATTRIBUTED = "attributed", _("Summary with names")
        NOT_ATTRIBUTED = "not_attributed", _("Summary without names")
        DECISIONS = "decisions", _("Record of decisions")

    class Publication(models.TextChoices):
        MEMBERS = "members", _("Members only")
        WITH_NAMES = "with_names", _("Published with names")
        WITHOUT_NAMES = "without_names", _("Published without names")

    class Languages(models.TextChoices):
        BOTH = "both", _("English and French")
        INTERPRETED = "interpreted", _("English and French, with interpretation")
        INDIGENOUS = "indigenous", _("English, French and Indigenous languages")
        ENGLISH = "en", _("English only")
        FRENCH = "fr", _("French only")

    class Confidentiality(models.TextChoices):
        NONE = "none", pgettext_lazy("confidentiality of a forum", "None")
        DOCUMENT = "document", _("Settled for each document")
        AGREEMENT = "agreement", _("Confidentiality agreement")
        SECURITY = "security", _("Security level")

    class Attribution(models.TextChoices):
        ATTRIBUTED = "attributed", _("What is said is attributed by name")
        NOT_ATTRIBUTED = "not_attributed", _("What is said is not attributed")

    class AlternatePolicy(models.TextChoices):
        NONE = "none", pgettext_lazy("alternates of a forum", "None")
        ONE = "one", _("One named alternate")
        RANKED = "ranked", _("First and second alternate")
        AD_HOC = "ad_hoc", _("Ad hoc, with notice")

    class ObserverPolicy(models.TextChoices):
        NONE = "none", pgettext_lazy("observers of a forum", "None")
        INVITATION = "invitation", pgettext_lazy("observers of a forum", "By invitation")
        STANDING = "standing", _("Standing observers")
        PUBLIC = "public", _("Open to the public")

    class Remuneration(models.TextChoices):
        VOLUNTEER = "volunteer", _("Volunteers")
        TRAVEL = "travel", _("Travel expenses only")
        HONORARIUM = "honorarium", _("Honorarium")

    class Selection(models.TextChoices):
        OPEN = "open", _("Open application")
        NOMINATION = "nomination", _("Nomination by the constituency")
        INVITATION = "invitation", _("Targeted invitation")
        APPOINTMENT = "appointment", _("Appointment by the minister")

    forum = models.ForeignKey(
        Forum, on_delete=models.PROTECT, related_name="terms_of_reference", verbose_name=_("forum")
    )
    number = models.PositiveSmallIntegerField(_("version number"))
    valid = DateRangeField(_("in force"))
    mandate_en = models.TextField(_("mandate in English"), blank=True)
    mandate_fr = models.TextField(_("mandate in French"), blank=True)
    authority = models.CharField(_("established by"), max_length=16, choices=Authority, blank=True)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=Party.Kind), verbose_name=_("open to"), default=list, blank=True
    )
    is_non_governmental_only = models.BooleanField(_("non-governmental only"), default=False)
    max_seats = models.PositiveSmallIntegerField(_("most seats"), null=True, blank=True)
    selection = models.CharField(_("selection"), max_length=12, choices=Selection, blank=True)
    term_length_months = models.PositiveSmallIntegerField(_("length of a term in months"), null=True, blank=True)
    renewals_allowed = models.PositiveSmallIntegerField(_("renewals allowed"), null=True, blank=True)
    alternate_policy = models.CharField(_("alternates"), max_length=8, choices=AlternatePolicy, blank=True)
    observer_policy = models.CharField(_("observers"), max_length=12, choices=ObserverPolicy, blank=True)
    chair_model = models.CharField(pgettext_lazy("who chairs", "chair"), max_length=16, choices=ChairModel, blank=True)
    quorum_rule = models.CharField(_("quorum"), max_length=20, choices=QuorumRule, default=QuorumRule.NONE)
    decision_rule = models.CharField(_("decision making"), max_length=20, choices=DecisionRule, blank=True)
    meetings_per_year = models.PositiveSmallIntegerField(_("meetings a year"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("days of notice"), null=True, blank=True)
    papers_days = models.PositiveSmallIntegerField(_("days that papers go before"), null=True, blank=True)
    minutes_days = models.PositiveSmallIntegerField(_("days until draft minutes"), null=True, blank=True)
    minutes_style = models.CharField(_("style of minutes"), max_length=16, choices=MinutesStyle, blank=True)
    attribution = models.CharField(
        _("attribution"), max_length=16, choices=Attribution, default=Attribution.NOT_ATTRIBUTED
    )
    publication = models.CharField(_("publication"), max_length=16, choices=Publication, default=Publication.MEMBERS)
    languages = models.CharField(_("languages"), max_length=12, choices=Languages, default=Languages.BOTH)
    confidentiality = models.CharField(_("confidentiality"), max_length=12, choices=Confidentiality, blank=True)
    declaration_of_interests = models.BooleanField(_("members declare their interests"), default=False)
    correspondence_copy = models.BooleanField(_("letters are copied to the secretariat"), default=False)
    remuneration = models.CharField(_("remuneration"), max_length=12, choices=Remuneration, blank=True)
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = TermsOfReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("terms of reference")
        verbose_name_plural = _("terms of reference")
        ordering: ClassVar = ["forum", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["forum", "number"],
                name="terms_of_reference_number_once",
                violation_error_message=_("This forum already has a version with this number."),
            ),
            ExclusionConstraint(
                name="one_terms_of_reference_a_day",
                expressions=[("forum", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message=_("Another version is in force on some of these days."),
                violation_error_code="in_force_already",
            ),
            models.CheckConstraint(
                condition=Q(valid__isempty=False),
                name="terms_of_reference_last_a_day",
                violation_error_message=_("The last day must not lie before the first."),
            ),
            models.CheckConstraint(
                condition=Q(valid__startswith__isnull=False),
                name="terms_of_reference_begin",
                violation_error_message=_("Enter the first day."),
            ),
            models.CheckConstraint(
                condition=Q(papers_days__isnull=True)
                | Q(notice_days__isnull=True)
                | Q(papers_days__lte=F("notice_days")),
                name="papers_follow_the_notice",
                violation_error_message=_("Papers cannot go before the notice of the meeting."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Version %(number)d") % {"number": self.number}

    @property
    def mandate(self) -> TextPair:
        return localized(self, "mandate")

    @property
    def days_in_words(self) -> str:
        return days_of(self)
