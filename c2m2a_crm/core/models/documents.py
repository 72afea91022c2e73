"""Documents of the office: what each is, who may read it, and the files that are its versions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import TextPair, localized
from c2m2a_crm.core.documents.querysets import DocumentQuerySet, DocumentVersionQuerySet, within_audience
from c2m2a_crm.core.models.base import Archivable, Sealable, Versioned


def adder_in_words(account: Any) -> str:
    """The name of whoever added a document or a file; a stranger did so by a public form."""
    return str(account.name) if account else gettext("Public form")


class SecurityMarking(models.IntegerChoices):
    """How sensitive the government's scale says it is, lowest first; an installation has a ceiling."""

    NONE = 0, pgettext_lazy("security marking", "Unmarked")
    PROTECTED_A = 10, _("Protected A")
    PROTECTED_B = 20, _("Protected B")
    PROTECTED_C = 30, _("Protected C")
    CONFIDENTIAL = 40, pgettext_lazy("security marking", "Confidential")
    SECRET = 50, pgettext_lazy("security marking", "Secret")
    TOP_SECRET = 60, _("Top Secret")


class Document(Versioned, Archivable, Sealable):
    """One document in one or both languages; its files are its versions.

    ``audience`` is the class for everybody outside circles; a circle closes it further, whatever the audience
    (:attr:`document_class`). What is filed under a closed initiative carries that initiative's circle. ``removed_at``
    is set where everything it said was lawfully taken away; the row stays as the tombstone. ``token`` is made by the
    form that adds it, so that one that is sent twice adds one document. ``added_by`` is nobody where a stranger sent it
    by a public form (:mod:`c2m2a_crm.core.documents.receiving`).
    """

    class Audience(models.TextChoices):
        PUBLIC = "public", pgettext_lazy("class of a document", "Public")
        MEMBERS = "members", pgettext_lazy("class of a document", "Members")
        SECRETARIAT = "secretariat", pgettext_lazy("class of a document", "Secretariat")

    class State(models.TextChoices):
        MISSING = "missing", _("missing")
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        STALE = "stale", _("stale")

    token = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_fr = models.CharField(_("title in French"), max_length=200, blank=True)
    audience = models.CharField(_("class"), max_length=12, choices=Audience, default=Audience.MEMBERS)
    marking = models.PositiveSmallIntegerField(
        _("security marking"), choices=SecurityMarking, default=SecurityMarking.NONE
    )
    third_party_confidential = models.BooleanField(_("third-party confidential"), default=False)
    received_from = models.CharField(_("received from"), max_length=200, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    state_en = models.CharField(_("state (English)"), max_length=10, choices=State, default=State.MISSING)
    state_fr = models.CharField(_("state (French)"), max_length=10, choices=State, default=State.MISSING)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("added by"),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering: ClassVar = ["-updated_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(title_en="", title_fr="") | Q(removed_at__isnull=False),
                name="document_has_a_title",
                violation_error_message=_("Enter a title in at least one language."),
            ),
            models.CheckConstraint(
                condition=Q(third_party_confidential=False) | ~Q(received_from="") | Q(removed_at__isnull=False),
                name="confidential_document_names_its_source",
                violation_error_message=_("Say from whom it was received in confidence."),
            ),
            models.CheckConstraint(
                condition=Q(sealed_circle__isnull=True) | Q(restricted_circle__isnull=True),
                name="document_is_closed_in_one_way",
            ),
        ]
        indexes: ClassVar = [
            # The list, newest first, with the circles that its count looks at.
            models.Index(
                F("updated_at").desc(),
                F("id").desc(),
                include=["sealed_circle", "restricted_circle", "audience"],
                name="documents_newest_first",
            )
        ]

    def __str__(self) -> str:
        return self.title.text

    @classmethod
    def open_beside_circles(cls, actor: Actor) -> Q:
        return within_audience(actor)

    @property
    def title(self) -> TextPair:
        return localized(self, "title")

    @property
    def adder(self) -> str:
        """Who added it, in words."""
        return adder_in_words(self.added_by)

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

    @property
    def document_class(self) -> str:
        """public, members, secretariat, restricted or sealed."""
        if self.sealed_circle_id:
            return "sealed"
        return "restricted" if self.restricted_circle_id else self.audience

    def get_absolute_url(self) -> str:
        return reverse("documents:detail", args=[self.pk])


class DocumentVersion(models.Model):
    """One file. Versions are only added; of each language the highest ``number`` counts, the others stay as they were.

    ``content_type`` is what the file was found to be, never what was claimed. ``text`` is what the search reads; it is
    read out of the file by a job. ``tried_at`` is when scanner and reader last began with it; those that wait take
    turns by it.
    """

    class Language(models.TextChoices):
        ENGLISH = "en", _("English")
        FRENCH = "fr", _("French")
        BOTH = "both", _("English and French")

    class Reading(models.TextChoices):
        WAITING = "waiting", _("Its text is being read.")
        READ = "read", _("Its text is searched.")
        EMPTY = "empty", _("No text found in it: it may be a scan or a picture.")
        LOCKED = "locked", _("No text found in it: it is protected by a password.")
        FAILED = "failed", _("No text found in it: the file could not be read.")

    class Scan(models.TextChoices):
        NONE = "none", _("Not scanned: no virus scanner is set up.")
        CLEAN = "clean", _("The virus scanner found nothing.")
        WAITING = "waiting", _("Held back until the virus scanner has answered.")
        INFECTED = "infected", _("Held back: the virus scanner found something in it.")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    language = models.CharField(_("language"), max_length=4, choices=Language)
    number = models.PositiveIntegerField(_("version"))
    file = models.FileField(_("file"), max_length=120, blank=True, editable=False)
    original_name = models.CharField(_("name of the file"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64, editable=False)
    content_type = models.CharField(_("kind of file"), max_length=100, editable=False)
    pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    text = models.TextField(_("text"), blank=True, editable=False)
    reading = models.CharField(max_length=8, choices=Reading, default=Reading.WAITING, editable=False)
    scan = models.CharField(_("virus scan"), max_length=8, choices=Scan, default=Scan.NONE, editable=False)
    scan_words = models.CharField(_("the scanner’s words"), max_length=200, blank=True, editable=False)
    tried_at = models.DateTimeField(null=True, editable=False)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("added by"),
    )
    uploaded_at = models.DateTimeField(_("added on"), auto_now_add=True)

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once"),
        ]
        indexes: ClassVar = [
            # What the clock looks for: text and scans that a lost task left waiting.
            models.Index(
                fields=["uploaded_at"],
                condition=Q(reading="waiting") | Q(scan="waiting"),
                name="document_versions_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def adder(self) -> str:
        """Who added it, in words."""
        return adder_in_words(self.uploaded_by)

    @property
    def is_held_back(self) -> bool:
        """Whether nobody gets it for now, or ever: what the scanner has not cleared."""
        return self.scan in {self.Scan.WAITING, self.Scan.INFECTED}


class DocumentLink(models.Model):
    """Where a document is filed. The room whose records hold documents makes the table, with a key of its own."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="%(app_label)s_%(class)s_rows")
    filed_at = models.DateTimeField(_("filed on"), auto_now_add=True)

    class Meta:
        abstract = True
