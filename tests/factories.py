"""The smallest valid objects, numbered, nothing random. A test sets every fact that it asserts."""

from __future__ import annotations

from typing import Any

import factory
from allauth.account.models import EmailAddress

from c2m2a_crm.accounts.models import Role, RoleGrant, Team, TeamMembership, User
from c2m2a_crm.core.history import recorded

PASSWORD = "copper birch kettle lantern"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """An account without a role; ``roles=[Role.STAFF]`` gives some. The password is :data:`PASSWORD`."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@office.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    handle = factory.Sequence(lambda n: f"person{n}")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        roles: list[Role] = kwargs.pop("roles", [])
        password = kwargs.pop("password", PASSWORD)
        with recorded(None, system="tests"):
            user = User(**kwargs)
            user.set_password(password)
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            for role in roles:
                RoleGrant.objects.create(user=user, role=role)
        return user


class TeamFactory(factory.django.DjangoModelFactory[Team]):
    """A team; ``members=[…]`` puts people into it."""

    class Meta:
        model = Team

    name_en = factory.Sequence(lambda n: f"Team {n}")
    name_fr = factory.Sequence(lambda n: f"Équipe {n}")

    @classmethod
    def _create(cls, model_class: type[Team], *args: Any, **kwargs: Any) -> Team:
        members: list[User] = kwargs.pop("members", [])
        with recorded(None, system="tests"):
            team = Team.objects.create(**kwargs)
            for user in members:
                TeamMembership.objects.create(team=team, user=user)
        return team
