"""Files on their way in: what was brought, what its rows would do, and what people chose for such files before."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models.history import Operation
from c2m2a_crm.core.models.work import Job
from c2m2a_crm.core.querysets import ImportQuerySet


class Import(models.Model):
    """One file and everything chosen for it. ``kind`` names the importer (``core.registries.importers``).

    ``check_number`` grows with every check: what a person agrees to is that check and no other. ``actor`` is empty
    where a command in a terminal brings the file.
    """

    class State(models.TextChoices):
        COLUMNS = "columns", _("Columns to be chosen")
        CHECKED = "checked", _("Checked")
        DONE = "done", _("Done")

    kind = models.CharField(_("kind"), max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="imports")
    file_name = models.CharField(_("file"), max_length=120)
    file = models.FileField(upload_to="imports/", blank=True)
    file_format = models.CharField(max_length=8)
    headings = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    row_count = models.PositiveIntegerField(default=0)
    settings = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.COLUMNS)
    check_number = models.PositiveIntegerField(default=0)
    has_changed = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)
    questions = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["actor", "-id"], name="imports_of_a_person")]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """A row as it was read and judged. Kept for some weeks, so that what was left out can be fetched and corrected."""

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    cells = models.JSONField()
    data = models.JSONField(null=True)
    names = models.TextField(blank=True)
    verdict = models.CharField(max_length=10)
    sentences = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    target = models.BigIntegerField(default=0)
    question = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "line"], name="import_line_once")]

    def __str__(self) -> str:
        return self.names


class ImportMapping(models.Model):
    """What a person chose for files with these headings; the next such file begins with it, also a colleague's."""

    kind = models.CharField(max_length=40)
    headings_key = models.CharField(max_length=64)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    settings = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "headings_key", "actor"], name="import_mapping_once")
        ]

    def __str__(self) -> str:
        return self.kind
