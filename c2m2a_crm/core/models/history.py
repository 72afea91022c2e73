"""The record of every change, written by the database itself."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.querysets import AuditQuerySet, HistoryQuerySet, OperationQuerySet
from c2m2a_crm.core.sentences import Sentence


class Operation(models.Model):
    """An act on many rows that is previewed, applied and undone as one: an import, a bulk edit, a hand-over.

    ``details["tables"]`` has the number of rows by table, written when the operation ends (``core.operations``);
    ``details["said"]`` is the summary as a sentence with its values (``core.sentences``), which older ones have not.
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
        return self.title or self.kind

    @property
    def title(self) -> str:
        """What was done, in the reader's language where that was kept; empty where nobody said it, or may any more."""
        said = self.details.get("said")
        return str(Sentence.read(said)) if said else self.summary


class History(models.Model):
    """One change of one row: who, when, why, before and after. Written by triggers only (``core.tracking``).

    The application's database role may read it and nothing else; the owner is stopped by a trigger. ``tick`` is the
    number of the transaction, by which finished rows are closed into blocks without holding up writers. There is no
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


class HistoryClock(models.Model):
    """One row: what is added to the number of a transaction to make a ``tick``.

    A cluster restored from a backup counts transactions from the beginning; the shift, which only grows, lifts new rows
    above those that are already in blocks (``core.blocks.follow_on``).
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    shift = models.BigIntegerField(default=0)

    class Meta:
        db_table = "core_historyclock"
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_history_clock")]

    def __str__(self) -> str:
        return str(self.shift)


class HistoryBlock(models.Model):
    """Finished changes, ``from_tick`` up to but not including ``to_tick``, closed for ever and chained by hash.

    Blocks meet without gaps; a range without changes makes none by itself. ``format`` numbers the way of writing bytes
    (``core.verification``): a later column of history must not enter blocks that were closed before it.
    """

    n = models.BigIntegerField(primary_key=True)
    format = models.SmallIntegerField()
    from_tick = models.BigIntegerField()
    to_tick = models.BigIntegerField()
    rows = models.BigIntegerField()
    closed_at = models.DateTimeField()
    digest = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        db_table = "core_historyblock"
        ordering: ClassVar = ["-n"]

    def __str__(self) -> str:
        return f"{self.n} {bytes(self.hash).hex()}"


class HistoryDigest(models.Model):
    """What one change was when its block was closed: SHA-256 over a salt and the change's canonical bytes.

    A lawful removal gives the row a new salt, so that nobody can guess the old text from its digest, which stays: it is
    part of the block.
    """

    history_id = models.BigIntegerField(primary_key=True)
    block = models.BigIntegerField()
    salt = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        db_table = "core_historydigest"
        ordering: ClassVar = ["history_id"]
        indexes: ClassVar = [models.Index(fields=["block", "history_id"], name="digests_of_a_block")]

    def __str__(self) -> str:
        return f"{self.history_id} {bytes(self.digest).hex()}"


class HistoryRemoval(models.Model):
    """The tombstone of texts that were lawfully taken out of history (``core.removal``), itself under history.

    ``cleared`` gives, by the number of each change, the digest of what is left of it, salted anew, or null where the
    change was in no block yet. ``with_reasons`` says that the reasons given for the changes went, too.
    """

    at = models.DateTimeField()
    tick = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    writer = models.TextField(default="")
    authority = models.TextField(_("authority"))
    reason = models.TextField(_("reason"), default="")
    columns = ArrayField(models.TextField(), default=list)
    with_reasons = models.BooleanField(default=False)
    rows = models.IntegerField(_("changes"))
    cleared = models.JSONField()

    class Meta:
        db_table = "core_historyremoval"
        verbose_name = _("removal from history")
        verbose_name_plural = _("removals from history")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["tick"], name="removals_of_a_transaction")]

    def __str__(self) -> str:
        return self.authority


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
