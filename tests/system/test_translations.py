"""Both languages say everything, and the command that says so sees what it should."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from babel.messages import Catalog
from django.core.management import CommandError, call_command
from django.utils import translation

from c2m2a_crm.core import translations

NB = "\u00a0"


def test_french_is_complete_and_well_written() -> None:
    out = StringIO()
    call_command("check_translations", stdout=out, stderr=out)
    assert out.getvalue() == "Translations are complete.\n"


def test_compiled_catalogue_reaches_the_pages() -> None:
    with translation.override("fr"):
        assert translation.gettext("Log a contact") == "Noter un contact"
        said = [translation.ngettext("%(count)d day ago", "%(count)d days ago", n) % {"count": n} for n in (0, 1, 2)]
    assert said == ["il y a 0 jour", "il y a 1 jour", "il y a 2 jours"]


def test_engagement_is_mobilisation_and_commitment_is_engagement() -> None:
    assert translations.forbidden_words("Engagements", "Commitments") == []
    assert translations.forbidden_words("Engagements", "Engagement") == [
        "« Engagements »: mobilisation, unless the English says commitment"
    ]


@pytest.mark.parametrize(
    ("english", "french", "fault"),
    [
        ("Saved.", "", "is not translated"),
        ("Saved by %(name)s.", "Enregistré.", "has other placeholders or tags in French"),
        ("Saved by %(name)s.", "Enregistré par %(nom)s.", "has other placeholders or tags in French"),
        ("Read <b>this</b>.", "Lisez <i>ceci</i>.", "has other placeholders or tags in French"),
        ("Saved.", "Enregistré", "ends with a stop in one language only"),
        ("The office", "L'office", "an apostrophe is ’"),
        ("Sent to:", "Envoyé à :", "no ordinary space stands before : ; ? ! » % $"),
        ("Sent to:", "Envoyé à:", "a no-break space stands before a colon"),
        ("Which one?", "Lequel ?", "no ordinary space stands before : ; ? ! » % $"),
        ("“Name”", "« Nom »", "no-break spaces stand inside « and »"),
        ("“Name”", '"Nom"', "quotation marks are « and »"),
        ("Saved successfully.", "Enregistré.", "“successfully”: say what happened"),
        ("Saved.", "Enregistré avec succès.", "« avec succès »: say what happened"),
        ("E-mail", "E-mail", "« E-mail »: courriel"),
    ],
)
def test_faults_of_a_message_are_named(english: str, french: str, fault: str) -> None:
    message = Catalog().add(english, french)
    assert fault in translations.message_faults(message)


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Sent to:", f"Envoyé à{NB}:"),
        ("“%(name)s” costs %(share)s%.", f"«{NB}%(name)s{NB}» coûte %(share)s{NB}%."),
        ("Which one?", "Lequel?"),
        (("%(count)d row", "%(count)d rows"), ("%(count)d ligne", "%(count)d lignes")),
        (("This may be on file", "These may be on file"), ("Peut-être au répertoire", "Peut-être au répertoire")),
        ("See https://example.org/?a:b", "Voir https://example.org/?a:b"),
    ],
)
def test_good_french_has_no_fault(english: str | tuple[str, str], french: str | tuple[str, str]) -> None:
    assert translations.message_faults(Catalog().add(english, french)) == []


def test_a_fuzzy_message_is_a_fault() -> None:
    message = Catalog().add("Saved.", "Enregistré.", flags=["fuzzy"])
    assert translations.message_faults(message) == ["is marked as fuzzy"]


def test_catalogue_and_source_have_the_same_messages() -> None:
    source, catalogue = Catalog(), Catalog()
    source.add("New", locations=[("a.py", 0)])
    source.add("Open", context="a door", locations=[("a.py", 0)])
    catalogue.add("Open", "Ouvert", context="a count", locations=[("b.py", 0)])
    assert translations.catalogue_faults(catalogue, source) == [
        "a.py: “New” is not in the catalogue",
        "a.py: “Open” is not in the catalogue",
        "b.py: “Open” is no longer in the source",
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Saved</p>", [(1, "Saved")]),
        ("<p>\n{% if a %}{{ b }}{% else %}None{% endif %}</p>", [(2, "None")]),
        ('<img alt="A map">', [(1, "A map")]),
        ('<input type="submit" value="Save">', [(1, "Save")]),
        ('<input type="hidden" value="Save">', []),
        ('{% component "card" title="Facts" %}{% endcomponent %}', [(1, "Facts")]),
        ('{% component "card" title=_("Facts") %}{% endcomponent %}', []),
        ('<p title="{% translate "Facts" %}">{% translate "Saved" %} · {{ x }}</p>', []),
        ("{% blocktranslate trimmed %}Saved by {{ name }}{% endblocktranslate %}", []),
        ("{% comment %}Not said{% endcomment %}{# nor this #}<!-- nor this -->", []),
        ("<script src='a.js'>let word = 1</script><kbd>K</kbd> 429 C2M2A CRM", []),
        ("{% block body_class %}public{% endblock %}", []),
    ],
)
def test_words_of_a_template_that_are_not_marked(source: str, words: list[tuple[int, str]]) -> None:
    assert translations.unmarked_words(source) == words


@pytest.fixture
def small_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source of three messages."""
    source = Catalog()
    source.add("Follow-ups", locations=[("a.html", 0)])
    source.add("Open", context="a door", locations=[("a.html", 0)])
    source.add(("%(count)d row", "%(count)d rows"), locations=[("b.py", 0)], flags=["python-format"])
    monkeypatch.setattr(translations, "messages_of_source", lambda: source)


@pytest.mark.usefixtures("small_source")
def test_update_adds_and_takes_out_and_keeps_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "fr" / "django.po"
    assert translations.update_catalogue(path) == (3, 0)
    path.write_text(path.read_text().replace('"Follow-ups"\nmsgstr ""', '"Follow-ups"\nmsgstr "Suivis"'))
    with path.open("a") as file:
        file.write('\nmsgid "Gone from the source"\nmsgstr "Disparu"\n')
    assert translations.update_catalogue(path) == (0, 1)
    written = path.read_text()
    assert 'msgid "Follow-ups"\nmsgstr "Suivis"' in written
    assert "Gone" not in written
    assert translations.update_catalogue(path) == (0, 0)
    assert path.read_text() == written


@pytest.mark.usefixtures("small_source")
def test_command_refuses_a_catalogue_that_falls_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "CATALOGUE", tmp_path / "django.po")
    out, said = StringIO(), StringIO()
    with pytest.raises(CommandError, match=r"^3 faults in the translations\.$"):
        call_command("check_translations", "--update", stdout=out, stderr=said)
    assert out.getvalue() == "3 messages added, 0 taken out.\n"
    assert said.getvalue().splitlines()[0] == "a.html: “Follow-ups” is not translated"


LONG_DATE = re.compile(r"(\w+)=[\w.]+\|long_date")
SENTENCE = re.compile(r"{% blocktranslate[^%]*%}(.*?){% (?:plural|endblocktranslate) %}", re.DOTALL)


def test_no_article_stands_before_a_long_date_that_has_its_own() -> None:
    """« le mardi 10 novembre 2026 » after « jusqu’au » or « le » is said twice: ``short_date`` has no article."""
    found = []
    for path in sorted((Path(__file__).parents[2] / "templates").rglob("*.*")):
        for block in re.finditer(r"{% blocktranslate.*?{% endblocktranslate %}", path.read_text(), re.DOTALL):
            names = LONG_DATE.findall(block[0])
            for sentence in SENTENCE.findall(block[0]):
                with translation.override("fr"):
                    french = translation.gettext(re.sub(r"{{ (\w+) }}", r"%(\1)s", " ".join(sentence.split())))
                found += [f"{path}: {french}" for name in names if re.search(rf"\b(le|du|au) %\({name}\)s", french)]
    assert not found, "\n".join(found)
