"""Everything that changes a circle: who keeps it, who is in it, and who opened it in an emergency."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts import policies
from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.editing import apply, changes_to_keep
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AuditEvent, Circle, CircleAccess, CircleMembership, Installation
from c2m2a_crm.core.outbox import Mail, queue_mail
from c2m2a_crm.core.querysets import CONFIDED
from c2m2a_crm.core.refusals import refusals_of_the_database
from c2m2a_crm.core.registries import circle_rules
from c2m2a_crm.core.text import clean_line

FEWEST_OWNERS: Final = 2
ACCESS_LASTS: Final = timedelta(hours=24)


class CircleError(Exception):
    """An act on a circle that a rule forbids: a sentence that says what to do. ``field`` names the input."""

    def __init__(self, sentence: str | Promise, field: str = "") -> None:
        self.field = field
        super().__init__(str(sentence))


TOO_FEW_OWNERS = _("A circle has at least two owners. Make somebody else an owner first.")
# What the database itself refuses when the transaction ends, also where another act came in between.
two_owners = partial(refusals_of_the_database, {"circle_keeps_two_owners": lambda: CircleError(TOO_FEW_OWNERS, "user")})


# --- Questions ------------------------------------------------------------------------------------------------------


def circles_owned_by(user: User) -> QuerySet[Circle]:
    """The circles that somebody must take over before this person leaves (:func:`hand_over`)."""
    owned = CircleMembership.objects.filter(user=user, is_owner=True, left_on__isnull=True)
    return Circle.objects.filter(pk__in=owned.values("circle")).order_by("name", "pk")


def open_places(circle: Circle) -> QuerySet[CircleMembership]:
    """Who is in it now: owners first, then by name."""
    places = circle.memberships.filter(left_on__isnull=True)
    return places.select_related("user").order_by("-is_owner", "user__name", "pk")


def owners_of(circle: Circle) -> list[User]:
    """The owners whose accounts are open."""
    return [place.user for place in open_places(circle).filter(is_owner=True, user__is_active=True)]


def owners_of_each(circles: Iterable[Circle]) -> dict[int, list[User]]:
    """As :func:`owners_of`, for several circles at once, by their keys."""
    places = CircleMembership.objects.filter(
        circle__in=[circle.pk for circle in circles], is_owner=True, left_on__isnull=True, user__is_active=True
    )
    found: dict[int, list[User]] = {}
    for place in places.select_related("user").order_by("user__name", "pk"):
        found.setdefault(place.circle_id, []).append(place.user)
    return found


def has_compliance_officer(circle: Circle, *, without: User | None = None) -> bool:
    """Whether one of its members is a compliance officer. Sight in an emergency does not count."""
    places = circle.memberships.filter(left_on__isnull=True)
    if without is not None:
        places = places.exclude(user=without)
    officers = User.objects.filter(is_active=True).with_open_role(Role.COMPLIANCE)
    return officers.filter(pk__in=places.values("user")).exists()


def needs_compliance_officer(circle: Circle) -> bool:
    """Whether it holds something that the law counts, wherever in the house that is kept."""
    return any(rule.needs_compliance_officer(circle) for rule in circle_rules)


# --- Keeping a circle -----------------------------------------------------------------------------------------------


def create_circle(
    *, actor: User, name: str, purpose: str = "", owners: Iterable[User], members: Iterable[User] = ()
) -> Circle:
    """A new circle with ``actor`` among its owners; at least one more must be named. Raises :class:`CircleError`."""
    policies.require(policies.can_make_circles(actor))
    keepers = {user.pk: user for user in (actor, *owners)}
    if len(keepers) < FEWEST_OWNERS:
        raise CircleError(_("Name at least one more owner: a circle outlives the absence of one person."), "owners")
    with recorded(actor):
        circle = Circle(name=_name(name), purpose=purpose.strip())
        _refuse_double(actor, circle)
        circle.full_clean()
        circle.save(force_insert=True)
        for user in keepers.values():
            _require_writer(user)
            CircleMembership.objects.create(circle=circle, user=user, is_owner=True)
        for user in {user.pk: user for user in members if user.pk not in keepers}.values():
            _require_reader(user)
            CircleMembership.objects.create(circle=circle, user=user)
    _forget_circles(actor)
    return circle


def edit_circle(
    *,
    actor: User,
    circle: Circle,
    version: int,
    changes: Mapping[str, Any],
) -> Circle:
    """Another ``name`` or ``purpose``. Raises ``EditConflict`` or :class:`CircleError`."""
    with recorded(actor):
        current = _lock(circle)
        policies.require(policies.can_keep_circle(actor, current))
        read: dict[str, Callable[[str], str]] = {"name": _name, "purpose": str.strip}
        wanted = {field: clean(changes[field]) for field, clean in read.items() if field in changes}
        keep = changes_to_keep(current, wanted, version=version)
        if "name" in keep:
            _refuse_double(actor, Circle(pk=current.pk, name=keep["name"]))
        apply(current, keep)
    return current


def add_member(*, actor: User, circle: Circle, user: User, is_owner: bool = False) -> CircleMembership:
    """Let somebody in. Who is in already stays as they are."""
    with recorded(actor):
        current = _lock(circle)
        policies.require(policies.can_keep_circle(actor, current))
        place = _place(current, user)
        if place is None:
            if is_owner:
                _require_writer(user)
            else:
                _require_reader(user)
            place = CircleMembership.objects.create(circle=current, user=user, is_owner=is_owner)
    return place


def remove_member(*, actor: User, circle: Circle, user: User, reason: str = "") -> None:
    """Take somebody out; everybody may leave by themselves. The dated place stays. Raises :class:`CircleError`.

    Refused where fewer than two owners would remain, where the law needs the compliance officer who would go, and
    where work in the circle would be left with somebody who cannot see it.
    """
    with two_owners(), recorded(actor, reason=clean_line(reason)):
        current = _lock(circle)
        policies.require(actor.pk == user.pk or policies.can_keep_circle(actor, current))
        place = _place(current, user)
        if place is not None:
            _take_out(current, place)
    _forget_circles(user)


def make_owner(*, actor: User, circle: Circle, user: User) -> CircleMembership:
    """Make a member an owner, who answers for the circle and lets people in."""
    with recorded(actor):
        current = _lock(circle)
        policies.require(policies.can_keep_circle(actor, current))
        place = _place(current, user)
        if place is None:
            raise CircleError(_("Add this person to the circle first."), "user")
        _require_writer(user)
        if not place.is_owner:
            place.is_owner = True
            place.save(update_fields=["is_owner"])
    return place


def end_ownership(*, actor: User, circle: Circle, user: User) -> None:
    """Make an owner a plain member. Raises :class:`CircleError` where fewer than two owners would remain."""
    with two_owners(), recorded(actor):
        current = _lock(circle)
        policies.require(policies.can_keep_circle(actor, current))
        place = _place(current, user)
        if place is not None and place.is_owner:
            _refuse_too_few(current, place)
            place.is_owner = False
            place.save(update_fields=["is_owner"])


def hand_over(*, actor: User, circle: Circle, leaver: User, successor: User) -> Circle:
    """The successor becomes an owner and the leaver goes. Raises :class:`CircleError`.

    Owners do this; a compliance officer may, where somebody leaves the office, but never to themselves.
    """
    with two_owners(), recorded(actor):
        current = _lock(circle)
        policies.require(policies.can_hand_over_circle(actor, current, successor))
        if leaver.pk == successor.pk:
            raise CircleError(_("Choose somebody other than the person who leaves."), "user")
        _require_writer(successor)
        place = _place(current, successor)
        if place is None:
            CircleMembership.objects.create(circle=current, user=successor, is_owner=True)
        elif not place.is_owner:
            place.is_owner = True
            place.save(update_fields=["is_owner"])
        leaving = _place(current, leaver)
        if leaving is not None:
            _take_out(current, leaving)
    _forget_circles(leaver)
    _forget_circles(successor)
    return current


def refuse_departure(user: User) -> None:
    """Raise :class:`CircleError` where closing this account would leave a circle without its owner or its officer."""
    if circles_owned_by(user).exists():
        raise CircleError(
            _("This person owns a circle. An owner of it or a compliance officer must hand it over first.")
        )
    refuse_loss_of_compliance(user)


def refuse_loss_of_compliance(user: User) -> None:
    """Raise :class:`CircleError` where the law needs this person's compliance role in a circle."""
    mine = CircleMembership.objects.filter(user=user, left_on__isnull=True).values("circle")
    for circle in Circle.objects.select_for_update().filter(pk__in=mine).order_by("pk"):
        if not has_compliance_officer(circle, without=user) and needs_compliance_officer(circle):
            raise CircleError(
                _(
                    "This person is the only compliance officer in a circle that needs one. Its owners must add another"
                    " first."
                )
            )


# --- In an emergency ------------------------------------------------------------------------------------------------


def open_in_emergency(*, actor: User, circle: Circle, reason: str, base_url: str) -> CircleAccess:
    """Let a compliance officer read what belongs to the circle for 24 hours, and tell its owners at once.

    While it lasts, asking again gives the access that is in force. Members need none. ``base_url`` is the address
    under which the product is reached, for the link in the mail. Raises :class:`CircleError`.
    """
    policies.require(policies.can_open_circles(actor))
    why = clean_line(reason)
    if not why:
        raise CircleError(_("Say why, in a sentence. The owners read it."), "reason")
    with recorded(actor, reason=why):
        current = _lock(circle)
        if _place(current, actor) is not None:
            raise CircleError(_("You belong to this circle and read it already."))
        access = current.accesses.in_force().filter(user=actor).first()
        if access is None:
            now = timezone.now()
            access = CircleAccess.objects.create(
                circle=current, user=actor, reason=why, began_at=now, ends_at=now + ACCESS_LASTS
            )
            _note(actor, "circle.opened", current, reason=why)
            for owner in owners_of(current):
                _tell(owner, access, base_url)
    return access


def end_access(*, actor: User, access: CircleAccess) -> CircleAccess:
    """End it before its time: the officer who asked for it, or an owner. Ending twice changes nothing."""
    with recorded(actor):
        current = CircleAccess.objects.select_for_update().select_related("circle").get(pk=access.pk)
        policies.require(actor.pk == current.user_id or policies.can_keep_circle(actor, current.circle))
        if current.ends_at > timezone.now():
            current.ends_at, current.ended_by = timezone.now(), actor
            current.save(update_fields=["ends_at", "ended_by"])
            _note(actor, "circle.closed_early", current.circle)
    return current


def _note(actor: User, verb: str, circle: Circle, **details: str) -> None:
    AuditEvent.objects.create(
        actor=actor,
        verb=verb,
        subject_table=Circle._meta.db_table,
        subject_id=circle.pk,
        details={"circle": circle.name, **details},
    )


def _tell(owner: User, access: CircleAccess, base_url: str) -> None:
    with translation.override(owner.language):
        context = {
            "owner": owner,
            "access": access,
            "link": base_url.rstrip("/") + access.circle.get_absolute_url(),
            "installation": Installation.current(),
        }
        mail = Mail(
            to_address=owner.email,
            to_name=owner.name,
            language=owner.language,
            subject=render_to_string("accounts/email/circle_opened_subject.txt", context),
            body_text=render_to_string("accounts/email/circle_opened_message.txt", context),
        )
    queue_mail(mail, kind=f"accounts.circle_opened{CONFIDED}", key=f"accounts.circle_opened:{access.pk}:{owner.pk}")


# --- Rules ----------------------------------------------------------------------------------------------------------


def _lock(circle: Circle) -> Circle:
    """Two owners who go at the same moment wait for one another here."""
    return Circle.objects.select_for_update().get(pk=circle.pk)


def _place(circle: Circle, user: User) -> CircleMembership | None:
    return circle.memberships.filter(user=user, left_on__isnull=True).first()


def _take_out(circle: Circle, place: CircleMembership) -> None:
    if place.is_owner:
        _refuse_too_few(circle, place)
    user = place.user
    is_officer = Role.COMPLIANCE in user.roles
    if is_officer and not has_compliance_officer(circle, without=user) and needs_compliance_officer(circle):
        raise CircleError(
            _(
                "%(name)s is the only compliance officer here, and the law counts contacts of this circle."
                " Add another compliance officer first."
            )
            % {"name": user.name},
            "user",
        )
    for rule in circle_rules:
        objection = rule.objection_to_leaving(circle, user)
        if objection:
            raise CircleError(objection, "user")
    place.left_on = timezone.localdate()
    place.save(update_fields=["left_on"])


def _refuse_too_few(circle: Circle, place: CircleMembership) -> None:
    others = open_places(circle).filter(is_owner=True, user__is_active=True).exclude(pk=place.pk)
    if others.count() < FEWEST_OWNERS:
        raise CircleError(TOO_FEW_OWNERS, "user")


def _name(text: str) -> str:
    name = clean_line(text)
    if not name:
        raise CircleError(_("Give the circle a name."), "name")
    return name


def _refuse_double(actor: User, circle: Circle) -> None:
    """Among the circles that the actor knows: of others' circles a refusal would tell that they exist."""
    if Circle.objects.readable_by(actor).filter(name__iexact=circle.name).exclude(pk=circle.pk).exists():
        raise CircleError(_("You belong to a circle of this name. Choose another name."), "name")


def _require_reader(user: User) -> None:
    if not policies.can_look(user):
        raise CircleError(
            _("%(name)s has no open account with a role. Choose somebody who has.") % {"name": user.name}, "user"
        )


def _require_writer(user: User) -> None:
    if not policies.can_write(user):
        raise CircleError(_("%(name)s may only look. Choose an owner who may write.") % {"name": user.name}, "user")


def _forget_circles(user: User) -> None:
    """This object of the user is asked again which circles it belongs to."""
    user.__dict__.pop("_circle_ids", None)
