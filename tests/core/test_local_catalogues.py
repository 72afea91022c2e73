"""Translations are compiled when they are newer than their compiled form, and only then."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

from c2m2a_crm.core.local.catalogues import compile_catalogues

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Save"\nmsgstr "{}"\n'


def test_newer_source_is_compiled_and_an_older_one_left(tmp_path: Path) -> None:
    source = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO.format("Enregistrer"))
    target = source.with_suffix(".mo")
    assert compile_catalogues(tmp_path) == [target]
    assert compile_catalogues(tmp_path) == []

    source.write_text(PO.format("Sauvegarder"))
    later = target.stat().st_mtime + 2
    os.utime(source, (later, later))
    assert compile_catalogues(tmp_path) == [target]
    with target.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Save") == "Sauvegarder"
