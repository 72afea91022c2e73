"""What is stored for a name, and what is asked for words as typed, meet."""

from __future__ import annotations

import pytest

from c2m2a_crm.core.name_keys import NameKind, name_key, name_keys_for_organization, name_keys_for_person


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("damours", "D’Amours"),
        ("D Amours", "D'Amours"),
        ("gagnon roy", "Gagnon-Roy"),
        ("nihtsi", "Nı̨hts’ı"),
        ("cote", "Côté"),
        ("OEUVRE", "Œuvre"),
        ("ʻokina", "Okina"),
        ("ᐃᓄᒃ", "ᐃᓄᒃ"),
        ("Harrow Finch", "Harrow & Finch"),
    ],
)
def test_case_accents_apostrophes_hyphens_and_spaces_never_matter(typed: str, stored: str) -> None:
    assert name_key(typed) == name_key(stored)


@pytest.mark.parametrize("text", ["", "   ", "—", "'’", "…!?", "😀"])
def test_a_text_without_letters_or_digits_has_no_key(text: str) -> None:
    assert name_key(text) == ""


def of_person(kind: NameKind, *names: str) -> set[str]:
    return {found.key for found in name_keys_for_person(*names) if found.kind is kind}


def test_a_person_is_found_by_each_part_of_the_name() -> None:
    names = ("Jean-François", "Côté", "JF")
    assert of_person(NameKind.GIVEN, *names) == {"jeanfrancois"}
    assert of_person(NameKind.FAMILY, *names) == {"cote"}
    assert of_person(NameKind.PREFERRED, *names) == {"jf"}
    assert of_person(NameKind.FULL, *names) == {"jeanfrancoiscote", "cotejeanfrancois", "jfcote", "cotejf"}
    assert of_person(NameKind.INITIAL, *names) == {"jcote", "jfcote"}


def test_a_particle_may_be_left_out() -> None:
    names = ("Catherine", "de la Durantaye")
    assert of_person(NameKind.FAMILY, *names) == {"deladurantaye", "ladurantaye", "durantaye"}
    assert {"catherinedurantaye", "catherinedeladurantaye"} <= of_person(NameKind.FULL, *names)


def test_an_elision_is_part_of_the_name() -> None:
    assert of_person(NameKind.FAMILY, "Émile", "D’Amours") == {"damours"}


def test_a_person_with_one_name_is_found_by_it() -> None:
    assert {found.key for found in name_keys_for_person("Siku", "")} == {"siku"}
    assert name_keys_for_person("", "") == frozenset()


def of_organization(kind: NameKind, *names: str) -> set[str]:
    return {found.key for found in name_keys_for_organization(names) if found.kind is kind}


def test_an_organization_is_found_by_its_first_words() -> None:
    assert of_organization(NameKind.LEADING, "Shield Nickel Refining") == {"shield", "shieldnickel"}


def test_first_words_end_in_a_word_that_means_something() -> None:
    leading = of_organization(NameKind.LEADING, "Institut de recherche sur les minéraux du Nord")
    assert "institutderecherche" in leading
    assert leading.isdisjoint({"institut", "institutde", "institutderecherchesur"})


@pytest.mark.parametrize("name", ["Première Nation Tıdeè Kwe", "Tıdeè Kwe First Nation"])
def test_words_that_many_names_share_are_no_key(name: str) -> None:
    assert {found.key for found in name_keys_for_organization([name])}.isdisjoint(
        {"premiere", "premierenation", "first"}
    )


def test_article_and_legal_form_may_be_left_out() -> None:
    full = of_organization(NameKind.FULL, "La Société Harfang inc.")
    assert {"lasocieteharfanginc", "societeharfanginc", "societeharfang"} <= full


def test_an_ampersand_may_be_typed_in_either_language() -> None:
    assert {"harrowfinch", "harrowandfinch", "harrowetfinch"} <= of_organization(NameKind.FULL, "Harrow & Finch")


def test_acronym_and_alias_are_keys_of_their_own() -> None:
    keys = {found.key: found.kind for found in name_keys_for_organization(["Prairie Potash"], ["P.P."], ["The Potash"])}
    assert keys["pp"] is NameKind.ACRONYM
    assert keys["potash"] is NameKind.ALIAS
