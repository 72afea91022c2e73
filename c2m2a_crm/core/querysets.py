"""Access as vocabulary: every read of the product begins with ``visible_to`` or ``readable_by``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q, Subquery, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import In
from django.db.models.sql.compiler import SQLCompiler

from c2m2a_crm.core import rights
from c2m2a_crm.core.actor import Actor, circle_ids_of, pair_behind
from c2m2a_crm.core.prepared import Place, array

if TYPE_CHECKING:
    # Named in the bases below.
    from c2m2a_crm.core.models import (  # noqa: F401  strings
        AccessibilityFeedback,
        AuditEvent,
        Draft,
        History,
        Import,
        Job,
        Operation,
        OutboxMessage,
        SavedView,
    )

M = TypeVar("M", bound=models.Model, covariant=True)


class EqualsAny(Func):
    """``column = ANY(array)`` with the array as one parameter: 150 circles cost one bind instead of 150."""

    arity = 1
    output_field = models.BooleanField()

    def __init__(self, column: str, ids: Sequence[int] | Place) -> None:
        super().__init__(F(column))
        self.ids = ids if isinstance(ids, Place) else list(ids)

    def as_sql(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # Django's own stubs return a looser tuple
        (column,) = self.get_source_expressions()
        column_sql, column_params = compiler.compile(column)
        keys = self.ids if isinstance(self.ids, Place) else array(self.ids)
        return f"{column_sql} = ANY(%s::bigint[])", [*column_params, keys]


def among(column: str, ids: Iterable[int] | Place) -> EqualsAny:
    """Rows whose column names one of many keys; quicker than ``__in``, which looks at each key by itself."""
    return EqualsAny(column, ids if isinstance(ids, Place) else list(ids))


def account_columns_of_no_row(path: str) -> list[str]:
    """What no row shows of the colleague that it names, ``path`` away: deferred, for a page reads fifty of them."""
    return [f"{path}__{name}" for name in ("password", "list_settings", "last_login", "created_at")]


def counted(rows: models.QuerySet[Any, Any]) -> Coalesce:
    """The number of rows as one part of a larger statement; 0 also where no row can be."""
    return Coalesce(CountedRows(rows.order_by()), 0)


class CountedRows(Subquery):
    """The number of rows, or of as many as a slice takes, as a column of a larger statement: asked once, not by row."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted_rows)"

    def __init__(self, rows: models.QuerySet[Any, Any]) -> None:
        super().__init__(rows.values("pk"), output_field=models.IntegerField())


def counted_with(rows: models.QuerySet[Any, Any], mark: Q) -> Coalesce:
    """Two numbers in a list, of one look at the rows: all of them, and those of them that ``mark`` is true of."""
    return Coalesce(CountedWith(rows.order_by(), mark), Value([0, 0], _NUMBERS))


_NUMBERS: ArrayField[Any, Any] = ArrayField(models.IntegerField())


class CountedWith(Subquery):
    template = "(SELECT ARRAY[COUNT(*), COUNT(*) FILTER (WHERE is_marked)]::int[] FROM (%(subquery)s) AS counted_rows)"

    def __init__(self, rows: models.QuerySet[Any, Any], mark: Q) -> None:
        marked = ExpressionWrapper(mark, models.BooleanField())
        super().__init__(rows.values(is_marked=marked), output_field=_NUMBERS)


def within_circles(column: str, actor: Actor) -> Q:
    """Rows whose circle column is empty or names one of the actor's circles."""
    return Q(**{f"{column}__isnull": True}) | Q(EqualsAny(column, circle_ids_of(actor)))


def confided_to(circle: int | None, path: str = "") -> Q:
    """Rows that are sealed in this circle or restricted to it; without one, rows that are neither."""
    sealed, restricted = f"{path}sealed_circle", f"{path}restricted_circle"
    if circle is None:
        return Q(**{f"{sealed}__isnull": True, f"{restricted}__isnull": True})
    return Q(**{sealed: circle}) | Q(**{restricted: circle})


# What a class answers by these names is asked of both people where one looks as the other.
READS = ("visible_to", "readable_by", "open_to")


def _asked_of_both(read: Callable[[Any, Actor], Any]) -> Callable[[Any, Actor], Any]:
    @wraps(read)
    def within_both(rows: Any, actor: Actor) -> Any:
        pair = pair_behind(actor)
        return read(rows, actor) if pair is None else read(read(rows, pair.colleague), pair.looker)

    return within_both


class HouseQuerySet(models.QuerySet[M]):
    """Rows open to everyone who may sign in. Rooms with secrets use :class:`SealableQuerySet`."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name in READS:
            if name in vars(cls):
                setattr(cls, name, _asked_of_both(vars(cls)[name]))

    def visible_to(self, actor: Actor) -> Self:
        """Rows that exist for this person."""
        return self if actor.is_authenticated and actor.is_active else self.none()

    def readable_by(self, actor: Actor) -> Self:
        """Rows whose content this person may use: filters, sorts, search, exports, last touch."""
        return self.visible_to(actor)

    def active(self) -> Self:
        """Rows that are not archived."""
        return self.filter(archived_at__isnull=True)

    def archived(self) -> Self:
        return self.filter(archived_at__isnull=False)


class SealableQuerySet(HouseQuerySet[M]):
    """Rows that may be sealed in a circle (they do not exist for others) or restricted (their content is hidden)."""

    def visible_to(self, actor: Actor) -> Self:
        return super().visible_to(actor).filter(within_circles("sealed_circle_id", actor))

    def readable_by(self, actor: Actor) -> Self:
        return self.visible_to(actor).filter(within_circles("restricted_circle_id", actor))


class JobQuerySet(HouseQuerySet["Job"]):
    """One's own jobs; administrators see everybody's, for they must help when one fails."""

    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if rights.can_administer(actor) else rows.filter(actor_id=actor.pk)

    def for_list(self) -> Self:
        return self.select_related("actor")


class ImportQuerySet(HouseQuerySet["Import"]):
    """As jobs: one's own; administrators see everybody's, also those of commands."""

    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if rights.can_administer(actor) else rows.filter(actor_id=actor.pk)

    def for_list(self) -> Self:
        return self.select_related("actor", "job")


class OperationQuerySet(HouseQuerySet["Operation"]):
    """As jobs: one's own; administrators see everybody's, also those of commands."""

    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if rights.can_administer(actor) else rows.filter(actor_id=actor.pk)

    def for_list(self) -> Self:
        return self.select_related("actor", "undone_by")


# How the kind of a message ends that was confided to a circle: only the room that wrote it shows it, to the circle.
CONFIDED = ":confided"


class DraftQuerySet(HouseQuerySet["Draft"]):
    """What somebody typed and has not saved is theirs alone."""

    def visible_to(self, actor: Actor) -> Self:
        return super().visible_to(actor).filter(user_id=actor.pk)


class SavedViewQuerySet(HouseQuerySet["SavedView"]):
    """One's own views, and those shared with the office."""

    def visible_to(self, actor: Actor) -> Self:
        return super().visible_to(actor).filter(Q(owner_id=actor.pk) | Q(is_shared=True))

    def of_list(self, list_key: str) -> Self:
        """In the order of the tabs."""
        return self.active().filter(list_key=list_key).order_by("position", "name", "pk")


class OutboxQuerySet(HouseQuerySet["OutboxMessage"]):
    """Messages hold links that open accounts: administrators only, and nobody what was confided to a circle."""

    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor).exclude(kind__endswith=CONFIDED)
        return rows if rights.can_administer(actor) else self.none()

    def for_list(self) -> Self:
        return self.defer("body_text", "body_html", "calendar", "headers")


class FeedbackQuerySet(HouseQuerySet["AccessibilityFeedback"]):
    """Administrators answer it; who answers for privacy must find in it whoever asks what is held about them."""

    def visible_to(self, actor: Actor) -> Self:
        rows = super().visible_to(actor)
        return rows if rights.can_administer(actor) or rights.can_dispose(actor) else rows.none()

    def with_waiting(self) -> Self:
        """``waits``: nobody has answered yet."""
        waits = models.ExpressionWrapper(Q(answered_at__isnull=True), output_field=models.BooleanField())
        return self.annotate(waits=waits)

    def for_list(self) -> Self:
        return self.with_waiting()


class AuditQuerySet(HouseQuerySet["AuditEvent"]):
    """What was read or carried away, but for rows whose content the reader may not use: also that somebody opened one
    tells that it is there.
    """

    def visible_to(self, actor: Actor) -> Self:
        if not rights.can_read_audit(actor):
            return self.none()
        rows = super().visible_to(actor)
        for model in apps.get_models():
            if is_sealable(model):
                rows = rows.exclude(subject_table=model._meta.db_table, subject_id__in=_closed_to(actor, model))
        if not rights.can_open_circles(actor):
            rows = rows.exclude(~Q(among("subject_id", circle_ids_of(actor))), subject_table="core_circle")
        return rows.exclude(~Q(subject_id__in=_links_seen_by(actor)), subject_table="core_publiclink")

    def for_list(self) -> Self:
        return self.select_related("actor")


def _links_seen_by(actor: Actor) -> models.QuerySet[Any, Any]:
    """A public link names its record by purpose and number, so no foreign key tells whether that is closed."""
    from c2m2a_crm.core.models import PublicLink  # models import this module

    return PublicLink.objects.visible_to(actor).order_by().values("pk")


def is_sealable(model: Any) -> bool:
    """Whether rows of this table may be confided to a circle themselves."""
    return {"sealed_circle", "restricted_circle"} <= {field.name for field in model._meta.concrete_fields}


def _closed_to(actor: Actor, model: Any) -> models.QuerySet[Any, Any]:
    """The keys of rows whose content the actor may not use: closed themselves, or hanging on a row that is."""
    if is_sealable(model):
        open_now = within_circles("sealed_circle_id", actor) & within_circles("restricted_circle_id", actor)
        open_now &= model.open_beside_circles(actor)
        return model._base_manager.exclude(open_now).values("pk")  # type: ignore[no-any-return]  # a manager without types
    hanging = Q()
    for parent in closing_parents(model):
        hanging |= Q(**{f"{parent.attname}__in": _closed_to(actor, parent.related_model)})
    return model._base_manager.filter(hanging).values("pk")  # type: ignore[no-any-return]  # as above


def closes_with_circles(model: type[models.Model]) -> bool:
    """Whether rows of this table may be closed to somebody, by circles of their own or of what they hang on."""
    about_circles = {"core_circle", *_tables_of_circles()}
    return is_sealable(model) or bool(closing_parents(model)) or model._meta.db_table in about_circles


@cache
def closing_parents(model: Any) -> tuple[models.ForeignKey[Any, Any], ...]:
    """Foreign keys of a table without circles of its own, to rows that may be closed or hang on such rows.

    A forum is its initiative, a seat hangs on a forum, a term on a seat: what the initiative's circle closes is closed
    all the way down.
    """
    if is_sealable(model):
        return ()
    keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    return tuple(
        field
        for field in keys
        if is_sealable(field.related_model)
        or (not field.null and field.related_model is not model and closing_parents(field.related_model))
    )


@cache
def _tables_of_circles() -> tuple[str, ...]:
    """Tables whose rows are about one circle: places in it, accesses to it, questions to its owners."""
    return tuple(
        model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.column == "circle_id"
        if field.related_model._meta.label == "core.Circle"
    )


def _tells_of(parent: models.ForeignKey[Any, Any], closed: models.QuerySet[Any, Any]) -> Q:
    """The change is of a row that hangs on a closed one, as a participant hangs on a contact; also of one now gone."""
    said = Q()
    for image in ("before", "after"):
        key = Cast(KeyTextTransform(parent.column, image), models.BigIntegerField())
        said |= Q(Coalesce(In(key, closed), Value(False)))
    return said


def _of_circles_beyond(circles: Sequence[int]) -> Q:
    """Changes of circles but for these, and of the places in them and the accesses to them."""
    of_others = Q(tbl="core_circle") & ~Q(among("row_id", circles))
    for table in _tables_of_circles():
        circle = Coalesce(KeyTextTransform("circle_id", "after"), KeyTextTransform("circle_id", "before"))
        inside = Coalesce(In(Cast(circle, models.BigIntegerField()), [0, *circles]), Value(False))
        of_others |= Q(tbl=table) & ~Q(inside)
    return of_others


class HistoryQuerySet(HouseQuerySet["History"]):
    """Changes as the audit shows them: what is sealed or restricted is as far away here as on its own page."""

    def visible_to(self, actor: Actor) -> Self:
        return self.open_to(actor) if rights.can_read_audit(actor) else self.none()

    def open_to(self, actor: Actor) -> Self:
        """Changes of rows whose content the actor may use, whatever the role: one's own operations are told by them."""
        rows = super().visible_to(actor)
        circles = list(circle_ids_of(actor))
        rows = rows.exclude(_of_circles_beyond(circles))
        for model in apps.get_models():
            of_model = Q(tbl=model._meta.db_table)
            if not is_sealable(model):
                for parent in closing_parents(model):
                    rows = rows.exclude(of_model & _tells_of(parent, _closed_to(actor, parent.related_model)))
                continue
            closed_then = Q()
            for image in ("before", "after"):
                for column in ("sealed_circle_id", "restricted_circle_id"):
                    closed_then |= Q(**{f"{image}__{column}__gt": 0}) & ~Q(**{f"{image}__{column}__in": circles})
            rows = rows.exclude(of_model & (Q(row_id__in=_closed_to(actor, model)) | closed_then))
        return rows.exclude(Q(tbl="core_publiclink") & ~Q(row_id__in=_links_seen_by(actor)))

    def for_list(self) -> Self:
        return self
