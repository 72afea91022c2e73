"""Users, the roles they were given, their teams, and invitations."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.querysets import UserQuerySet


class Role(models.TextChoices):
    """What an account is for. Secretariat means: of the forums whose team the person belongs to."""

    VIEWER = "viewer", _("Viewer")
    STAFF = "staff", _("Staff")
    SECRETARIAT = "secretariat", _("Secretariat")
    COMPLIANCE = "compliance", _("Compliance officer")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserManager(BaseUserManager["User"]):
    """Accounts are made by invitation (``services.invite``); this is for that service and for tests."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody of ours who signs in by e-mail address. The ``handle`` is what ``@dana`` in a typed line means."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    handle = models.SlugField(_("handle"), max_length=40, unique=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("en", _("English")), ("fr", _("French"))], default="en"
    )
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    title_fr = models.CharField(_("title (French)"), max_length=200, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    single_keys = models.BooleanField(_("single-key shortcuts"), default=True)
    # Columns and row height by list. A habit of reading, not a fact of the office: outside history.
    list_settings = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name", "handle"]

    objects = UserManager.from_queryset(UserQuerySet)()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_address",
                violation_error_message=_("This address already has an account."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    def has_usable_password(self) -> bool:
        """False for everybody where only the sign-in provider counts (``LOCAL_PASSWORDS``)."""
        return settings.LOCAL_PASSWORDS and super().has_usable_password()

    def check_password(self, raw_password: str | None) -> bool:
        """Refuses every password where local passwords are off: no page and no backend gets round this."""
        return settings.LOCAL_PASSWORDS and super().check_password(raw_password)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles in force, read once per user object, that is once per request."""
        return frozenset(self.role_grants.filter(revoked_at__isnull=True).values_list("role", flat=True))

    @cached_property
    def team_ids(self) -> frozenset[int]:
        return frozenset(self.team_memberships.filter(left_on__isnull=True).values_list("team_id", flat=True))


class RoleGrant(models.Model):
    """A role given to a person; taking it back keeps the row."""

    class Source(models.TextChoices):
        PERSON = "person", _("Administrator")
        PROVIDER = "provider", _("Sign-in provider")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    granted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)
    source = models.CharField(_("given by"), max_length=20, choices=Source, default=Source.PERSON)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "role"], condition=models.Q(revoked_at__isnull=True), name="one_open_grant_per_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


class Team(models.Model):
    """Colleagues who share work: the secretariat of a forum, a policy group."""

    name_en = models.CharField(_("name (English)"), max_length=120, unique=True)
    name_fr = models.CharField(_("name (French)"), max_length=120, unique=True)

    class Meta:
        ordering: ClassVar = ["name_en", "pk"]

    def __str__(self) -> str:
        from c2m2a_crm.core.bilingual import localized

        return localized(self, "name").text


class TeamMembership(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="team_memberships")
    joined_on = models.DateField(auto_now_add=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "user"], condition=models.Q(left_on__isnull=True), name="one_open_place_per_team"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"


class Invitation(models.Model):
    """The only way to an account: a link to one address, used once, before it expires. Only its digest is kept."""

    email = models.EmailField(_("e-mail address"), blank=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=2, default="en")
    roles = models.JSONField(default=list)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.email or str(_("first administrator"))

    @property
    def is_for_first_administrator(self) -> bool:
        """Nobody could be written to when it was made: its link was printed by the first start."""
        return not self.email

    @property
    def is_open(self) -> bool:
        return not self.accepted_at and not self.withdrawn_at and self.expires_at > timezone.now()

    @property
    def role_names(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles]
