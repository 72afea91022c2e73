"""A row of a file as its own words tell it, before anything is compared with what is on file."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from c2m2a_crm.core.imports import ImportSettings, RowRefused, SourceRow
from c2m2a_crm.core.text import clean_line, fold
from members.imports.names import comparing, split_names, tidy_name
from members.imports.organizations.columns import KIND_WORDS, TARGETS, Options
from members.imports.organizations.doing import VOCABULARIES, Doing
from members.imports.organizations.subject import Subject, with_scheme
from members.imports.words import Provinces, country_code, normal, record_number, said, words_of
from members.models import OutsideIdentifier, Party, PartyName
from members.services import normalise_email, normalise_phone
from members.services.names import check, party_rules


class Reader:
    """Reads rows into organizations; a row that cannot be used is refused whole (``RowRefused``)."""

    def __init__(self, settings: ImportSettings, headings: Sequence[str], provinces: Provinces) -> None:
        self.options = Options.of(settings)
        self.mapping = {key: place for key, place in settings.mapping.items() if 0 <= place < len(headings)}
        self.labels = {target.key: str(target.label) for target in TARGETS}
        self.provinces = provinces
        self.kind_words = dict(KIND_WORDS) | dict(self.options.kinds)
        self.kind_words |= {word: (kind, "") for word, kind in words_of(Party.Kind).items()}
        self.level_words = words_of(Party.GovernmentLevel)
        self.doing = Doing(self.mapping)

    def read(self, row: SourceRow) -> tuple[list[Subject], list[str]]:
        """The organizations that the row names, and what is to be said of it."""
        sentences: list[str] = []
        name_en, name_fr = self._cell(row, "name_en"), self._cell(row, "name_fr")
        names = split_names(name_en) if self.options.split_names and not name_fr else [tidy_name(name_en)]
        pairs = (
            [(name, "") for name in names if name] if not name_fr else [(names[0] if names else "", tidy_name(name_fr))]
        )
        if not pairs:
            raise RowRefused(_("This row has no name. Enter one, or leave the row out."), "name_en", "name_fr")
        kind, level = self._kind(row)
        outside_id = self._cell(row, "outside_id") if self.options.scheme and len(pairs) == 1 else ""
        record = record_number(self._cell(row, "record")) if len(pairs) == 1 else 0
        subjects = []
        for en, fr in pairs:
            told = f"id:{outside_id}" if outside_id else f"name:{comparing(en or fr)}"
            subject = Subject(
                key=f"record:{record}" if record else told,
                record=record,
                name_en=en,
                name_fr=fr,
                kind=kind,
                government_level=level,
                outside_id=outside_id,
                lines=[row.line],
            )
            if len(pairs) == 1:
                self._read_own_facts(row, subject)
                for target in VOCABULARIES:
                    setattr(subject, target, self.doing.read(target, self._cell(row, target), sentences))
            self._read_shared_facts(row, subject, sentences, is_sole=len(pairs) == 1)
            self._refuse_wrong_shape(subject)
            subjects.append(subject)
        if len(pairs) > 1 and self._cell(row, "site_id"):
            sentences.append(_("The identifier of a site with several owners is not kept."))
        return subjects, sentences

    def _cell(self, row: SourceRow, key: str) -> str:
        place = self.mapping.get(key)
        return clean_line(row.cells[place]) if place is not None else ""

    def _read_own_facts(self, row: SourceRow, subject: Subject) -> None:
        """What a row says of its only organization; with several owners nobody knows whose it is."""
        subject.legal_name = tidy_name(self._cell(row, "legal_name"))
        subject.acronym_en = self._cell(row, "acronym_en")
        subject.acronym_fr = self._cell(row, "acronym_fr")
        subject.about = self._cell(row, "about")
        subject.aliases = [name.strip() for name in self._cell(row, "alias").split(";") if name.strip()]
        if site := self._cell(row, "site_id"):
            subject.site_ids.append(site)
        if email := self._cell(row, "email"):
            subject.emails.append(normal(self.labels["email"], "email", normalise_email, email))
        if phone := self._cell(row, "phone"):
            normal(self.labels["phone"], "phone", normalise_phone, phone)
            subject.phones.append(phone)
        domain = self._cell(row, "email_domain").lower().lstrip("@")
        if domain:
            normal(self.labels["email_domain"], "email_domain", normalise_email, f"somebody@{domain}")
            subject.email_domain = domain

    def _read_shared_facts(self, row: SourceRow, subject: Subject, sentences: list[str], *, is_sole: bool) -> None:
        if word := self._cell(row, "jurisdiction"):
            if jurisdiction := self.provinces.find(word, sentences):
                subject.jurisdictions.append(jurisdiction)
        elif subject.government_level == Party.GovernmentLevel.PROVINCIAL:
            subject.jurisdictions += self.provinces.named_in(subject.name_en)
        if word := self._cell(row, "country"):
            subject.country = country_code(word, sentences)
        if website := self._cell(row, "website"):
            subject.websites.append((website, is_sole))

    def _kind(self, row: SourceRow) -> tuple[str, str]:
        word = self._cell(row, "kind")
        level = self.level_words.get(fold(self._cell(row, "government_level")), "")
        if not word:
            return self.options.kind, level or self.options.government_level
        found = self.kind_words.get(fold(word))
        if found is None:
            raise RowRefused(
                _(
                    "“%(word)s” is no kind of organization we know."
                    " Correct it, or leave the column out and choose one kind for the file."
                )
                % {"word": word},
                "kind",
            )
        if found[0] == Party.Kind.NATION:
            raise RowRefused(
                _(
                    "A Nation is not imported as an organization."
                    " Leave the row out, and add the Nation on its own page."
                ),
                "kind",
            )
        return found[0], level or found[1]

    def _refuse_wrong_shape(self, subject: Subject) -> None:
        """The rules of the record itself: too long, not an address. Said for the field as the form would say it."""
        party = Party(
            kind=subject.kind,
            government_level=subject.government_level,
            name_en=subject.name_en,
            name_fr=subject.name_fr,
            legal_name=subject.legal_name,
            acronym_en=subject.acronym_en,
            acronym_fr=subject.acronym_fr,
            website=with_scheme(subject.websites[0][0]) if subject.websites else "",
            country="",  # is one of ours already, and its check alone costs more than all others
        )
        try:
            check(party, rules=party_rules(party))
            for alias in subject.aliases:
                PartyName(kind=PartyName.Kind.ALIAS, text=alias).clean_fields(exclude={"party"})
            if subject.outside_id or subject.site_ids:
                value = subject.outside_id or subject.site_ids[0]
                OutsideIdentifier(scheme=self.options.scheme or "import", value=value).clean_fields(
                    exclude={"party", "person"}
                )
        except ValidationError as error:
            raise said(error, self.labels) from error
