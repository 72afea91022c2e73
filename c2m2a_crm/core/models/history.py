"""The record of every change, written by the database itself."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.querysets import AuditQuerySet, HistoryQuerySet, OperationQuerySet


class Operation(models.Model):
    """An act on many rows that is previewed, applied and undone as one: an import, a bulk edit, a hand-over.

    ``details["tables"]`` has the number of rows by table, written when the operation ends (``core.operations``).
    ``undone_by`` is the operation that took it back, which can be undone in its turn.
    """

    kind = models.CharField(_("kind"), max_length=60)
    summary = models.TextField(_("summary"), blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    details = models.JSONField(default=dict, blank=True)
    undone_by = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="undoes",
        verbose_name=_("undone by"),
    )

    objects = OperationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        # The list of operations, as everybody but an administrator sees it.
        indexes: ClassVar = [models.Index(fields=["actor", "-id"], name="operations_of_a_person")]

    def __str__(self) -> str:
        return self.summary or self.kind


class History(models.Model):
    """One change of one row: who, when, why, before and after. Written by triggers only (``core.tracking``).

    The application's database role may read it and nothing else; the owner is stopped by a trigger. ``tick`` is the
    number of the transaction, by which finished rows can later be sealed without holding up writers. There is no
    foreign key: history survives what it tells of.
    """

    class Action(models.TextChoices):
        CREATED = "I", _("created")
        CHANGED = "U", _("changed")
        DELETED = "D", _("deleted")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    tick = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    writer = models.TextField(default="")
    operation_id = models.BigIntegerField(null=True)
    reason = models.TextField(default="")
    tbl = models.TextField()
    row_id = models.BigIntegerField()
    action = models.CharField(max_length=1, choices=Action)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        db_table = "core_history"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["tbl", "row_id", "id"], name="history_of_a_record"),
            models.Index(
                fields=["operation_id"], condition=models.Q(operation_id__isnull=False), name="history_of_an_operation"
            ),
            models.Index(fields=["tick", "id"], name="history_in_sealing_order"),
        ]

    def __str__(self) -> str:
        return f"{self.tbl} {self.row_id} {self.get_action_display()}"


class AuditEvent(models.Model):
    """What was read or carried away rather than changed: exports, restricted entries opened, sign-ins refused."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=80)
    subject_table = models.TextField(blank=True)
    subject_id = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["verb", "-id"], name="audit_by_verb"),
            # Who read this record: asked before each reading is noted, and by the record itself.
            models.Index(fields=["subject_table", "subject_id", "-id"], name="audit_of_a_record"),
        ]

    def __str__(self) -> str:
        return self.verb
