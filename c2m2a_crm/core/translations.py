"""The French catalogue, held against the source: what is marked, what is written, and how.

Babel reads the Python files; Django turns each template into something that Babel reads the same way. So neither
the checks nor the upkeep of the catalogue need gettext's tools.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from gettext import GNUTranslations
from html.parser import HTMLParser
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Final

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

from c2m2a_crm.core.history import SILENT_COLUMNS
from c2m2a_crm.core.local.paths import PROJECT

CATALOGUE: Final = PROJECT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
TEMPLATES: Final = PROJECT / "templates"
PACKAGES: Final = ("c2m2a_crm", "members", "forums", "partnerships")
PUBLIC_TEXTS: Final = PROJECT / "c2m2a_crm" / "core" / "public_texts"

HEADER: Final = r"""# French of the C2M2A CRM: Canadian, written rather than mirrored.
# `manage.py check_translations --update` adds new messages and takes out those that are gone.
msgid ""
msgstr ""
"Project-Id-Version: C2M2A CRM\n"
"Language: fr\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

"""

KEYWORDS: Final = {
    **{name: spec for name, spec in DEFAULT_KEYWORDS.items() if name in {"_", "gettext", "ngettext", "pgettext"}},
    "npgettext": ((1, "c"), 2, 3),
    "gettext_noop": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "ngettext_noop": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

# --- What the source says ---------------------------------------------------------------------------------------------


def _templates() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})


def _sources() -> Iterator[tuple[Path, str]]:
    """Every file that may hold messages, and what Babel reads of it."""
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text()
    for path in _templates():
        code = templatize(path.read_text(), origin=str(path))
        yield path, "\n".join(line.lstrip() for line in code.splitlines())  # depth means nothing here


def _names_of_models() -> Iterator[tuple[str, str]]:
    """Names of models and fields that history shows and nobody wrote: Django makes them from the code."""
    text = "".join(path.read_text() for package in PACKAGES for path in (PROJECT / package).rglob("migrations/*.py"))
    tracked = set(re.findall(r'TrackHistory\("(\w+)"', text))
    for model in apps.get_models():
        if model._meta.db_table not in tracked:
            continue
        shown = [
            field.verbose_name
            for field in model._meta.concrete_fields
            if not field.primary_key and field.name not in SILENT_COLUMNS
        ]
        for name in (model._meta.verbose_name, *shown):
            if isinstance(name, str):
                yield f"{model.__module__.replace('.', '/')}.py", name


def messages_of_source() -> Catalog:
    """Every marked message, in the order of files and lines; then the names that history reads from models."""
    found = Catalog(charset="utf-8", fuzzy=False)
    for path, code in _sources():
        for _line, message, _comments, context in extract("python", BytesIO(code.encode()), keywords=KEYWORDS):
            found.add(message, locations=[(str(path.relative_to(PROJECT)), 0)], context=context)
    for place, name in _names_of_models():
        found.add(name, locations=[(place, 0)])
    return found


def read_catalogue(path: Path | None = None) -> Catalog:
    with (path or CATALOGUE).open("rb") as file:
        return read_po(file, locale="fr")


def update_catalogue(path: Path | None = None) -> tuple[int, int]:
    """Add what the source has, take out what it has no more; how many of each. What was written stays."""
    path = path or CATALOGUE
    old = read_catalogue(path) if path.exists() else Catalog(locale="fr")
    source = messages_of_source()
    before, after = {_key(message) for message in _messages(old)}, {_key(message) for message in _messages(source)}
    fresh = Catalog(locale="fr", fuzzy=False)
    for message in _messages(source):
        kept = old.get(message.id, message.context)
        fresh.add(message.id, kept.string if kept else None, message.locations, message.flags, context=message.context)
    buffer = BytesIO()
    write_po(buffer, fresh, width=0, omit_header=True, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + buffer.getvalue().decode().strip() + "\n")
    return len(after - before), len(before - after)


# --- What the catalogue says ------------------------------------------------------------------------------------------

PLACEHOLDER: Final = re.compile(r"%(?:\(\w+\))?[-#0+ ]*\d*(?:\.\d+)?[sdifrg]|\{\w*\}|<[^>]+>")
NBSP: Final = "\u00a0"

ENGLISH_FORBIDDEN: Final = {
    "successfully": "say what happened",
    "please": "say what to do",
    "are you sure": "say what will happen",
    "aboriginal": "Indigenous, or the Nation’s own name",
    "stakeholders?": "organization, Nation or person",
    "touchpoints?": "contact",
    "churned": "gone quiet",
    "trash": "remove, archive",
    "consultations?": "engagement; a consultation is the Crown’s",
}
# French words, what to write, and the English that allows them all the same.
FRENCH_FORBIDDEN: Final = (
    ("engagements?", "mobilisation, unless the English says commitment", r"commitment|promise"),
    ("consultations?", "mobilisation, unless it is the Crown’s", r"consultation"),
    ("e-?mails?|mails?", "courriel", None),
    ("s’il vous pla[iî]t|veuillez", "the imperative alone", None),
    ("avec succès", "say what happened", None),
    ("[êe]tes-vous (?:sûre?|certaine?)", "say what will happen", None),
    ("parties? prenantes?", "intervenant, or the name itself", None),
    ("digital\\w*", "numérique", None),
    ("login|checker|uploader|canceller", "a French verb", None),
)
FRENCH_TYPOGRAPHY: Final = (
    (r"'", "an apostrophe is ’"),
    (r'"', "quotation marks are « and »"),
    (r" [:;?!»%$]", "no ordinary space stands before : ; ? ! » % $"),
    (r"[^\s\u00a0/]:(?=\s|$)", "a no-break space stands before a colon"),
    (r"«(?!\u00a0)|(?<!\u00a0)»", "no-break spaces stand inside « and »"),
    (r"\d%|\d\$", "a no-break space stands before % and $"),
    (r"\.\.\.", "an ellipsis is …"),
    (r"  ", "two spaces"),
)


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, _forms(message.id)[0]


def _forms(text: object) -> list[str]:
    return [str(part or "") for part in text] if isinstance(text, list | tuple) else [str(text or "")]


def _held(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def french_faults(text: str) -> list[str]:
    """What is wrong with the letters of a French text; tags, placeholders and addresses are not its letters."""
    plain = re.sub(r"https?://\S+|<[^>]+>", "x", PLACEHOLDER.sub("x", text))
    return [why for pattern, why in FRENCH_TYPOGRAPHY if re.search(pattern, plain)]


def forbidden_words(french: str, english: str) -> list[str]:
    """Words that neither language of a message should use, each with what to write instead."""
    faults = [f"“{w}”: {say}" for w, say in ENGLISH_FORBIDDEN.items() if re.search(rf"\b(?:{w})\b", english, re.I)]
    for word, instead, allowed_by in FRENCH_FORBIDDEN:
        if allowed_by and re.search(allowed_by, english, re.I):
            continue
        if found := re.search(rf"\b(?:{word})\b", french, re.I):
            faults.append(f"« {found[0]} »: {instead}")
    return faults


def message_faults(message: Message) -> list[str]:
    """What is wrong with one message and its French."""
    english, french = _forms(message.id), _forms(message.string)
    if message.fuzzy:
        return ["is marked as fuzzy"]
    if len(french) < len(english) or not all(french):
        return ["is not translated"]
    faults = forbidden_words(" ".join(french), " ".join(english))
    for index, (said, written) in enumerate(zip_longest(english, french, fillvalue=english[-1])):
        # A plural rule may let the singular name its number or not; the plural has what English has.
        if _held(written) not in ([_held(said)] if index else [_held(said), _held(english[-1])]):
            faults.append("has other placeholders or tags in French")
        if (said[-1] in ".…") != (written[-1] in ".…"):
            faults.append("ends with a stop in one language only")
        if said[0].isspace() != written[0].isspace() and message.context != "after a label":
            faults.append("begins with a space in one language only")
        faults += french_faults(written)
    return faults


def catalogue_faults(catalogue: Catalog, source: Catalog) -> list[str]:
    """Everything in which the catalogue falls short of the source."""
    marked = {_key(message): message for message in _messages(source)}
    written = {_key(message): message for message in _messages(catalogue)}
    faults = [f"{_named(message)} is not in the catalogue" for key, message in marked.items() if key not in written]
    faults += [f"{_named(message)} is no longer in the source" for key, message in written.items() if key not in marked]
    faults += [f"{_named(message)} is obsolete" for message in catalogue.obsolete.values()]
    for key, message in written.items():
        if key in marked and len(_forms(message.id)) != len(_forms(marked[key].id)):
            faults.append(f"{_named(message)} has a plural in one place only")
        faults += [f"{_named(message)} {fault}" for fault in message_faults(message)]
    return faults


def compiled_faults(catalogue: Catalog) -> list[str]:
    """What of the catalogue does not arrive in its compiled form."""
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    buffer.seek(0)
    compiled = GNUTranslations(buffer)
    return [
        f"{_named(message)} is lost when it is compiled"
        for message in _messages(catalogue)
        if all(_forms(message.string)) and _compiled(compiled, message) != _forms(message.string)[0]
    ]


def _compiled(compiled: GNUTranslations, message: Message) -> str:
    one, *more = _forms(message.id)
    match message.context, more:
        case None, []:
            return compiled.gettext(one)
        case None, [many]:
            return compiled.ngettext(one, many, 1)
        case str(context), []:
            return compiled.pgettext(context, one)
        case str(context), [many]:
            return compiled.npgettext(context, one, many, 1)
    raise ValueError(message.id)


def _named(message: Message) -> str:
    place = message.locations[0][0] if message.locations else CATALOGUE.name
    return f"{place}: “{_forms(message.id)[0]}”"


def public_text_faults() -> list[str]:
    """The long French texts are held to the same letters as the short ones."""
    faults = []
    for path in sorted(PUBLIC_TEXTS.glob("*.fr.md")):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            text = re.sub(r"\]\([^)]*\)|`[^`]*`", "", line)
            found = french_faults(text) + forbidden_words(text, "")
            faults += [f"{path.relative_to(PROJECT)}:{number}: {fault}" for fault in found]
    return faults


# --- What templates say without being marked --------------------------------------------------------------------------

SAID_ATTRIBUTES: Final = {"alt", "aria-label", "aria-description", "aria-roledescription", "placeholder", "title"}
SAID_ARGUMENTS: Final = re.compile(
    r"\b(?:title|text|label|all_label|more_label|hint|note|meta|lede|sentence)=\"([^\"]*)\""
)
# Names and keys that are the same in both languages.
SAME_IN_BOTH: Final = {"C2M2A", "CRM", "CSV", "XLSX", "Ctrl", "Esc"}
UNSEEN: Final = {"script", "style"}
WORD: Final = re.compile(r"\b[^\W\d_]{2,}\w*")
# The page of the worst case says both languages itself; the style guide shows names and samples of many.
SPEAKS_FOR_ITSELF: Final = (TEMPLATES / "500.html", TEMPLATES / "styleguide")
SKIPPED_BLOCKS: Final = {
    "comment": "endcomment",
    "verbatim": "endverbatim",
    "blocktranslate": "endblocktranslate",
    "blocktrans": "endblocktrans",
}


class _Page(HTMLParser):
    """Collects what a reader would see or hear of a template in which all tags of Django are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[int, str]] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN
        button = tag == "input" and dict(attrs).get("type") in {"submit", "button", "reset"}
        for name, value in attrs:
            if value and (name in SAID_ATTRIBUTES or (button and name == "value")):
                self.said.append((self.getpos()[0], value))

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            blank = data[: len(data) - len(data.lstrip())]
            self.said.append((self.getpos()[0] + blank.count("\n"), data))


def unmarked_words(source: str) -> list[tuple[int, str]]:
    """Words of a template that no translation reaches, with their lines."""
    page, kept, until = _Page(), [], ""
    found: list[tuple[int, str]] = []
    for token in Lexer(source).tokenize():
        newlines = "\n" * token.contents.count("\n")
        word = token.contents.split(maxsplit=1)[0] if token.contents.split() else ""
        if until:
            until = "" if token.token_type == TokenType.BLOCK and word == until else until
            kept.append(newlines)
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
        else:
            if token.token_type == TokenType.BLOCK:
                until = SKIPPED_BLOCKS.get(word, "")
                if word == "block" and token.contents.endswith("_class"):
                    until = "endblock"
                found += [(token.lineno or 0, said) for said in SAID_ARGUMENTS.findall(token.contents)]
            kept.append(newlines)
    page.feed("".join(kept))
    page.close()
    return [(line, text.strip()) for line, text in found + page.said if set(WORD.findall(text)) - SAME_IN_BOTH]


def template_faults(paths: Iterable[Path] | None = None) -> list[str]:
    """Words of the pages that are shown in one language only."""
    faults = []
    for path in _templates() if paths is None else paths:
        if any(path.is_relative_to(place) for place in SPEAKS_FOR_ITSELF):
            continue
        for line, text in unmarked_words(path.read_text()):
            words = " ".join(text.split())
            faults.append(f"{path.relative_to(PROJECT)}:{line}: “{words}” is not marked for translation")
    return faults


def all_faults() -> list[str]:
    """What ``manage.py check_translations`` reports."""
    catalogue = read_catalogue()
    return [
        *catalogue_faults(catalogue, messages_of_source()),
        *compiled_faults(catalogue),
        *public_text_faults(),
        *template_faults(),
    ]
