"""Forms of signing in and of accounts. allauth's forms keep their checks and get the words of this product."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account import forms as account_forms
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as code_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as key_forms
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts import policies
from c2m2a_crm.accounts.leaving import Holding, possible_successors
from c2m2a_crm.accounts.models import Invitation, Role, Team, User
from c2m2a_crm.core.models import Circle

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText

    _UserModelForm = forms.ModelForm[User]
    _TeamModelForm = forms.ModelForm[Team]
    _CircleModelForm = forms.ModelForm[Circle]
else:  # Django's form classes take no parameters when they run
    _UserModelForm = _TeamModelForm = _CircleModelForm = forms.ModelForm

_SAME_PASSWORD = _("Enter the same password twice.")
_PASSWORD_HINT = _("At least 12 characters. Four words that do not belong together are easy to keep in mind.")
_CODE_HINT = _("Six digits from your authenticator app, or one of your recovery codes.")


class OwnWords:
    """Puts our labels and hints on the fields of a form of allauth, and takes its placeholders away."""

    words: ClassVar[dict[str, str | LazyText]] = {}
    hints: ClassVar[dict[str, str | LazyText]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.words.get(name, field.label)
            field.help_text = self.hints.get(name, "")


class SignInForm(OwnWords, account_forms.LoginForm):
    """E-mail and password. Refused where only the sign-in provider counts."""

    words = {"login": _("E-mail"), "password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"

    @property
    def passwords_are_on(self) -> bool:
        """Whether the page offers this form at all."""
        return settings.LOCAL_PASSWORDS

    def clean(self) -> dict[str, Any]:
        if not settings.LOCAL_PASSWORDS:
            raise ValidationError(_("Passwords are off here. Sign in with your organization account."))
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class _TwicePasswords(OwnWords):
    words = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }
    hints = {"password1": _PASSWORD_HINT}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()  # type: ignore[misc]  # from the form of allauth beside it
        errors: dict[str, Any] = self.errors  # type: ignore[attr-defined]  # likewise
        if "password2" in errors and cleaned.get("password1"):
            errors["password2"] = type(errors["password2"])([_SAME_PASSWORD])
        return cleaned


class ChangePasswordForm(_TwicePasswords, account_forms.ChangePasswordForm): ...


class SetPasswordForm(_TwicePasswords, account_forms.SetPasswordForm): ...


class ResetPasswordKeyForm(_TwicePasswords, account_forms.ResetPasswordKeyForm): ...


class ResetPasswordForm(OwnWords, account_forms.ResetPasswordForm):
    words = {"email": _("E-mail")}


class ReauthenticateForm(OwnWords, account_forms.ReauthenticateForm):
    words = {"password": _("Password")}


class AuthenticateForm(OwnWords, code_forms.AuthenticateForm):
    words = {"code": _("Code")}
    hints = {"code": _CODE_HINT}


class ReauthenticateCodeForm(OwnWords, code_forms.ReauthenticateForm):
    words = {"code": _("Code")}
    hints = {"code": _CODE_HINT}


class ActivateTOTPForm(OwnWords, totp_forms.ActivateTOTPForm):
    words = {"code": _("Code")}
    hints = {"code": _("The six digits that the app shows now.")}


def _refuse_rubbish(read: Callable[[], Any]) -> Any:
    """What ``read`` returns; a key's answer that is no such answer is a wrong code, not a fault of the program.

    allauth looks into the answer, which anybody can send, before it has checked its shape.
    """
    try:
        return read()
    except (AttributeError, KeyError, TypeError, ValueError):
        raise get_mfa_adapter().validation_error("incorrect_code") from None


class AuthenticateWebAuthnForm(key_forms.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        return _refuse_rubbish(super().clean_credential)


class LoginWebAuthnForm(key_forms.LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        return _refuse_rubbish(super().clean_credential)


class ReauthenticateWebAuthnForm(key_forms.ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        return _refuse_rubbish(super().clean_credential)


class AddWebAuthnForm(OwnWords, key_forms.AddWebAuthnForm):
    words = {"name": _("Name"), "passwordless": _("Sign in with it alone, without a password")}
    hints = {
        "name": _("So that you can tell your keys apart, such as “Work laptop”."),
        "passwordless": _("The device then asks for your fingerprint, face or PIN."),
    }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = _refuse_rubbish(super().clean)
        return cleaned


class EditWebAuthnForm(OwnWords, key_forms.EditWebAuthnForm):
    words = {"name": _("Name")}


# --- Own pages ----------------------------------------------------------------------------------------------------


class AcceptInvitationForm(forms.Form):
    """Name and password of the invited person; the address only for the first administrator."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.fields["name"].initial = invitation.name
        if not invitation.is_for_first_administrator:
            del self.fields["email"]
        if not settings.LOCAL_PASSWORDS:
            del self.fields["password1"], self.fields["password2"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password = cleaned.get("password1")
        if password:
            address = cleaned.get("email") or self.invitation.email
            try:
                validate_password(password, User(email=address, name=cleaned.get("name", "")))
            except ValidationError as error:
                self.add_error("password1", error)
            if cleaned.get("password2") and cleaned["password2"] != password:
                self.add_error("password2", _SAME_PASSWORD)
        return cleaned


class _RolesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Roles"), choices=Role.choices, **kwargs)


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    language = forms.ChoiceField(
        label=_("Language of the invitation"),
        choices=[("en", _("English")), ("fr", _("French"))],
        widget=forms.RadioSelect(attrs={"data-look": "segments"}),
    )
    roles = _RolesField(error_messages={"required": _("Choose at least one role.")})


class RolesForm(forms.Form):
    roles = _RolesField(required=False, help_text=_("Without a role, a person sees only their own account."))
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class DeactivateForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stands in the history of the account."))


class LookForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("It stands in the audit, and among the sessions of the person."),
    )


class LeavingForm(forms.Form):
    """Who takes over what somebody leaves behind: one successor for all, or another for single kinds."""

    successor = forms.ModelChoiceField(
        label=_("Who takes over"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose who takes over."), "invalid_choice": _("Choose a person from the list.")},
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("It stands in the history of each record."))

    def __init__(self, user: User, holdings: Iterable[Holding], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        colleagues = possible_successors(user)
        held = [holding.departure for holding in holdings if holding.count]
        self.keys = [departure.key for departure in held]
        first = self.fields["successor"]
        assert isinstance(first, forms.ModelChoiceField)
        first.queryset, first.required = colleagues, bool(held)
        if not held:
            first.widget = forms.HiddenInput()
        for departure in held:
            self.fields[f"to_{departure.key}"] = forms.ModelChoiceField(
                label=departure.label, queryset=colleagues, required=False, empty_label=_("As above")
            )

    def others(self) -> dict[str, User]:
        """Successors for single kinds, where somebody else was chosen."""
        chosen = {key: self.cleaned_data.get(f"to_{key}") for key in self.keys}
        return {key: user for key, user in chosen.items() if user is not None}

    @property
    def single(self) -> list[forms.BoundField]:
        """The fields of single kinds, as the page shows them."""
        return [self[f"to_{key}"] for key in self.keys]


class ProfileForm(_UserModelForm):
    class Meta:
        model = User
        fields = ["name", "title_en", "title_fr"]


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("en", "English"), ("fr", "Français")],
        help_text=_("Of the pages and of the mail you get."),
        widget=forms.RadioSelect(attrs={"data-look": "segments"}),
    )
    theme = forms.ChoiceField(
        label=_("Light or dark"),
        choices=[("system", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
        help_text=_("On this device."),
        widget=forms.RadioSelect(attrs={"data-look": "segments"}),
    )
    single_keys = forms.BooleanField(
        label=_("Single-key shortcuts"),
        required=False,
        help_text=_("Turn them off if you use speech input or a screen reader."),
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )


class TeamForm(_TeamModelForm):
    members = forms.ModelMultipleChoiceField(
        label=_("Members"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Team
        fields = ["name_en", "name_fr"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["members"]
        assert isinstance(people, forms.ModelMultipleChoiceField)
        held: list[int] = []
        if self.instance.pk:
            held = list(self.instance.memberships.filter(left_on__isnull=True).values_list("user_id", flat=True))
        people.queryset = User.objects.filter(Q(is_active=True) | Q(pk__in=held))
        people.initial = held


class CircleForm(_CircleModelForm):
    class Meta:
        model = Circle
        fields = ["name", "purpose"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("Compliance officers know a circle by its name: let it tell nothing secret.")
        self.fields["purpose"].help_text = _("For the members alone.")
        self.fields["purpose"].widget = forms.Textarea(attrs={"rows": 3})


class NewCircleForm(CircleForm):
    owners = forms.ModelMultipleChoiceField(
        label=_("Owners beside you"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At least one: a circle outlives the absence of one person."),
        error_messages={"required": _("Name at least one more owner: a circle outlives the absence of one person.")},
    )

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = self.fields["owners"]
        assert isinstance(owners, forms.ModelMultipleChoiceField)
        owners.queryset = User.objects.filter(is_active=True).with_any_role(policies.WRITERS).exclude(pk=actor.pk)


class CircleMemberForm(forms.Form):
    user = forms.ModelChoiceField(
        label=_("Person"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose a person."), "invalid_choice": _("Choose a person from the list.")},
    )
    is_owner = forms.BooleanField(label=_("As an owner"), required=False)

    def __init__(self, circle: Circle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = circle.memberships.filter(left_on__isnull=True).values("user")
        people = self.fields["user"]
        assert isinstance(people, forms.ModelChoiceField)
        people.queryset = User.objects.filter(is_active=True).with_any_role(Role.values).exclude(pk__in=inside)


class OpenCircleForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The owners read it in their mail, and it stands in the audit."),
        error_messages={"required": _("Say why, in a sentence. The owners read it.")},
    )
