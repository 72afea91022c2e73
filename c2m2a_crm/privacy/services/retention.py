"""What retention rules propose each month, and how it goes once somebody approved it. Nothing goes before."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import disposal, jobs
from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.core.editing import apply, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation, Job
from c2m2a_crm.core.refusals import ActRefused, refusals_of_the_database
from c2m2a_crm.core.registries import Disposal, RetentionRule, retention_rules
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import first_day, today, valid_dates
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.models import RetentionPeriod, RetentionRow, RetentionRun

JOB_KIND: Final = "privacy.retention"
Outcome = RetentionRow.Outcome


class RetentionRefused(ActRefused):
    """A rule of retention forbids the act; ``str()`` says why."""


class PeriodBegins(RetentionRefused):
    sentence = gettext_lazy("A period begins on that day or later already.")
    field = "first"


# --- Periods --------------------------------------------------------------------------------------------------------

# What another act of the same moment has changed, as a form that is sent twice.
_one_at_a_time = partial(refusals_of_the_database, {"one_retention_period_at_a_time": PeriodBegins})


def period_of(rule: RetentionRule, day: date) -> RetentionPeriod | None:
    """For how long the rule keeps, on that day, in this office; None where nobody set a period: then nothing is due."""
    legal_kind = Installation.current().legal_kind
    return RetentionPeriod.objects.filter(rule=rule.key, legal_kind=legal_kind, valid__contains=day).first()


def periods_on(day: date) -> dict[str, RetentionPeriod]:
    """The period of each rule that has one, on that day, in this office."""
    legal_kind = Installation.current().legal_kind
    return {each.rule: each for each in RetentionPeriod.objects.filter(legal_kind=legal_kind, valid__contains=day)}


def cutoff_of(period: RetentionPeriod, day: date) -> date:
    return months_after(day, -period.months)


def due(rule: RetentionRule, day: date) -> QuerySet[Any]:
    """The rows of the rule that are due on that day; none without a period."""
    period = period_of(rule, day)
    return rule.rows(cutoff_of(period, day)) if period else rule.model._base_manager.none()


def set_period(
    *,
    actor: User,
    rule: RetentionRule,
    months: int,
    first: date,
    authority_en: str = "",
    authority_fr: str = "",
    is_confirmed: bool = False,
) -> RetentionPeriod:
    """Keep for another time from ``first`` on. Raises :class:`RetentionRefused` where a later period begins already."""
    require(policies.can_approve_disposal(actor))
    legal_kind = Installation.current().legal_kind
    rows = RetentionPeriod.objects.filter(rule=rule.key, legal_kind=legal_kind)
    with _one_at_a_time(), recorded(actor):
        before = list(rows.select_for_update().order_by("pk"))
        if any(row.valid.lower is not None and row.valid.lower >= first for row in before):
            raise PeriodBegins
        for row in before:
            if row.valid.upper is None:
                apply(row, {"valid": valid_dates(first_day(row.valid), first - timedelta(days=1))})
        period = RetentionPeriod(
            rule=rule.key,
            legal_kind=legal_kind,
            months=months,
            authority_en=clean_line(authority_en),
            authority_fr=clean_line(authority_fr),
            is_confirmed=is_confirmed,
            valid=valid_dates(first),
        )
        period.save(force_insert=True)
    return period


# --- The monthly preview --------------------------------------------------------------------------------------------


def make_previews(day: date | None = None) -> list[RetentionRun]:
    """The previews of the month that are missing: one for each rule that has a period. Safe to call at any time.

    The database refuses a second preview of a rule in one month, so that two clocks at once make one.
    """
    day = day or today()
    month = day.replace(day=1)
    made = []
    for rule in retention_rules:
        if RetentionRun.objects.filter(rule=rule.key, month=month).exists():
            continue
        period = period_of(rule, day)
        if period is not None and (run := _preview(rule, month, period, cutoff_of(period, day))) is not None:
            made.append(run)
    return made


def _preview(rule: RetentionRule, month: date, period: RetentionPeriod, cutoff: date) -> RetentionRun | None:
    with recorded(None, system="retention"):
        run, is_new = RetentionRun.objects.get_or_create(
            rule=rule.key, month=month, defaults={"period": period, "cutoff": cutoff}
        )
        if not is_new:
            return None
        rows = [
            RetentionRow(run=run, row_id=row.pk, last_used=rule.last_used(row))
            for row in rule.rows(cutoff).order_by("pk").iterator(chunk_size=2_000)
        ]
        RetentionRow.objects.bulk_create(rows, batch_size=2_000)
        run.proposed = len(rows)
        run.save(update_fields=["proposed"])
    return run


# --- Looking at it --------------------------------------------------------------------------------------------------


def leave_out(*, actor: User, row: RetentionRow, reason: str) -> RetentionRow:
    """Keep one row of a preview this month, with a reason; the next month asks again. A hold keeps it for longer."""
    require(policies.can_approve_disposal(actor))
    if not clean_line(reason):
        raise RetentionRefused(gettext_lazy("Say why it is left out."), field="reason")
    with recorded(actor, reason=clean_line(reason)):
        _change_list(row.run)
        current = RetentionRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
        current.excluded_by, current.excluded_reason = actor, clean_line(reason)[:300]
        current.save(update_fields=["excluded_by", "excluded_reason"])
    return current


def take_in_again(*, actor: User, row: RetentionRow) -> RetentionRow:
    require(policies.can_approve_disposal(actor))
    with recorded(actor):
        _change_list(row.run)
        current = RetentionRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
        current.excluded_by, current.excluded_reason = None, ""
        current.save(update_fields=["excluded_by", "excluded_reason"])
    return current


def approve(*, actor: User, run: RetentionRun, version: int, authority: str, reason: str, base_url: str) -> Job:
    """Let the rows go that are not left out, by a job. ``version`` is that of the list that was looked at, ``base_url``
    the address under which the office is reached.

    Raises :class:`RetentionRefused`, and ``DisposalRefused`` where the law of the office wants an authority first.
    """
    require(policies.can_approve_disposal(actor))
    authority, reason = clean_line(authority), clean_line(reason)
    if not authority:
        raise RetentionRefused(gettext_lazy("Name the authority: an act, a schedule or a decision."), field="authority")
    with recorded(actor, reason=reason):
        current = _proposed(run)
        if current.version != version:
            raise RetentionRefused(gettext_lazy("The list changed since you looked at it. Look at it again."))
        # What no hold keeps may still need an authority: said before the job, not row by row in it.
        disposal.refuse_unless_authorised(authority)
        job = jobs.start_job(
            actor=actor,
            kind=JOB_KIND,
            title=_("Disposal: %(what)s") % {"what": current},
            parameters={"run": current.pk, "page": current.get_absolute_url(), "base_url": base_url},
        )
        apply(
            current,
            {
                "approved_by": actor,
                "approved_at": timezone.now(),
                "authority": authority[:300],
                "reason": reason,
                "job": job,
            },
        )
    return job


def _proposed(run: RetentionRun) -> RetentionRun:
    current = lock(run)
    if current.finished_at is not None or (current.approved_at is not None and not has_failed(current)):
        raise RetentionRefused(gettext_lazy("This list was approved already."))
    return current


def _change_list(run: RetentionRun) -> None:
    """Whoever looks at the list as it was cannot approve it any more."""
    current = _proposed(run)
    current.version += 1
    current.save(update_fields=["version"])


def has_failed(run: RetentionRun) -> bool:
    """Whether the work broke off: nothing of it was kept, and it may be approved again."""
    return run.job is not None and run.job.state in {Job.State.FAILED, Job.State.CANCELLED}


@jobs.runner(JOB_KIND)
def _dispose(job: Job) -> dict[str, Any]:
    """Each row by itself: what is held or in use again stays, and says so. The right is asked again when it runs."""
    run = RetentionRun.objects.select_for_update(of=("self",)).get(pk=job.parameters["run"])
    actor: User = job.actor
    if not policies.can_approve_disposal(actor):
        raise jobs.JobError(_("You may not approve disposals any more. Nothing was disposed of."))
    rule = retention_rules[run.rule]
    rows = list(run.rows.filter(excluded_by__isnull=True, outcome="").order_by("pk"))
    counts = dict.fromkeys(Outcome.values, 0)
    act = Disposal(actor, run.authority, run.reason, job.parameters["base_url"])
    with recorded(actor, reason=run.reason):
        for number, row in enumerate(rows):
            jobs.progress(job, done=number, total=len(rows))
            row.outcome, row.note = _dispose_one(rule, run, row, act)
            row.save(update_fields=["outcome", "note"])
            counts[row.outcome] += 1
        apply(run, {"finished_at": timezone.now()})
    jobs.progress(job, done=len(rows), total=len(rows))
    return dict(counts)


def _dispose_one(rule: RetentionRule, run: RetentionRun, row: RetentionRow, act: Disposal) -> tuple[str, str]:
    if not rule.rows(run.cutoff).filter(pk=row.row_id).exists():
        return Outcome.IN_USE, ""
    try:
        with transaction.atomic():
            disposal.refuse_if_held([(rule.model, [row.row_id])], authority=act.authority)
            rule.dispose(row.row_id, act)
    except disposal.DisposalRefused as refused:
        return Outcome.HELD, " ".join(refused.sentences)
    return Outcome.DISPOSED, ""


def told(run: RetentionRun) -> list[str]:
    """What became of the rows of a preview that is done, in sentences."""
    counts = dict(run.rows.order_by().values_list("outcome").annotate(Count("pk")))
    left_out = run.rows.exclude(excluded_by=None).count()
    gone, held, used = (counts.get(outcome, 0) for outcome in (Outcome.DISPOSED, Outcome.HELD, Outcome.IN_USE))
    said = [ngettext("%(number)d row was disposed of.", "%(number)d rows were disposed of.", gone) % {"number": gone}]
    if held:
        stays = ngettext("%(number)d row stays: it is kept.", "%(number)d rows stay: they are kept.", held)
        said.append(stays % {"number": held})
    if used:
        again = ngettext("%(number)d row is in use again.", "%(number)d rows are in use again.", used)
        said.append(again % {"number": used})
    if left_out:
        out = ngettext("%(number)d row was left out.", "%(number)d rows were left out.", left_out)
        said.append(out % {"number": left_out})
    return said
