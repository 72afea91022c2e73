"""The forums that every installation has from the start, with what is known of each and from where.

Only public bodies and no people. What a person edited is never overwritten, what a person removed never returns.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.reference import Loaded, read_rows, read_statement, removed, settle
from c2m2a_crm.engagement.models import Initiative, InitiativeFact
from forums.models import Forum

_FILE: Final = Path(__file__).with_name("forums.csv")

# Columns of the file that become statements: what each tells, in both languages.
STATEMENTS: Final = {
    "purpose": ("Purpose", "Raison d’être"),
    "who_sits": ("Who sits there", "Qui y siège"),
    "frequency": ("How often it meets", "Fréquence des réunions"),
    "secretariat": ("Secretariat", "Secrétariat"),
    "outputs": ("What comes of it", "Ce qui en résulte"),
    "state": ("State", "État"),
    "notes": ("Notes", "Remarques"),
    "french_name": ("French name", "Nom français"),
}
_FORUM_FIELDS: Final = ("code", "code_fr", "kind", "level", "status")
_NAMES: Final = ("name_en", "name_fr")
_FACT_FIELDS: Final = ("label_en", "label_fr", "text_en", "text_fr", "source", "is_confirmed", "position")

Row = dict[str, str]


def load_forums() -> str:
    """Make the forums and statements that are missing, bring those that nobody edited up to date; say what was done."""
    rows = {row["key"]: row for row in read_rows(_FILE)}
    with recorded(None, system="reference data"):
        forums = _settle_forums(rows)
        _settle_parents(rows)
        facts = _settle_facts(rows)
    return f"forums: {forums}; statements about them: {facts}"


def _known() -> dict[str, Forum]:
    return {forum.reference_key: forum for forum in Forum.objects.exclude(reference_key="")}


def _settle_forums(rows: dict[str, Row]) -> Loaded:
    known = _known()
    codes = set(Forum.objects.exclude(code="").values_list("code", flat=True))
    missing = [key for key in rows if key not in known]
    made = Initiative.objects.bulk_create(
        [Initiative(kind=Initiative.Kind.FORUM, **{name: rows[key][name] for name in _NAMES}) for key in missing]
    )
    initiatives = dict(zip(missing, made, strict=True)) | {key: forum.initiative for key, forum in known.items()}
    settle(
        Initiative,
        {key: forum.initiative for key, forum in known.items()},
        {key: Initiative(**{name: rows[key][name] for name in _NAMES}) for key in known.keys() & rows.keys()},
        _NAMES,
    )
    wanted = {}
    for key, row in rows.items():
        forum = Forum(initiative=initiatives[key], reference_key=key, **{name: row[name] for name in _FORUM_FIELDS})
        if forum.code in codes and (key not in known or known[key].code != forum.code):
            forum.code = known[key].code if key in known else ""  # an office uses this acronym for a forum of its own
        wanted[key] = forum
    return settle(Forum, known, wanted, _FORUM_FIELDS)


def _settle_parents(rows: dict[str, Row]) -> None:
    """The chain of reporting, once both ends are there; only where nobody edited the forum."""
    known = _known()
    untouched = [known[key] for key, row in rows.items() if row["parent"] and known[key].version == 1]
    stale = [forum for forum in untouched if forum.parent_id != known[rows[forum.reference_key]["parent"]].pk]
    for forum in stale:
        forum.parent = known[rows[forum.reference_key]["parent"]]
    Forum.objects.bulk_update(stale, ["parent"])


def _settle_facts(rows: dict[str, Row]) -> Loaded:
    forums = {forum.pk: key for key, forum in _known().items() if key in rows}
    stated = InitiativeFact.objects.filter(initiative__in=forums)
    known = {(fact.initiative_id, fact.key): fact for fact in stated}
    gone = removed(InitiativeFact, "initiative_id", "key")
    wanted = {
        (pk, fact.key): fact
        for pk, key in forums.items()
        for fact in _facts_of(pk, rows[key])
        if (str(pk), fact.key) not in gone
    }
    return settle(InitiativeFact, known, wanted, _FACT_FIELDS)


def _facts_of(pk: int, row: Row) -> list[InitiativeFact]:
    """The row's statements. A source that is only memory, or a mark of doubt in the cell, leaves one unconfirmed."""
    facts = []
    for position, (name, (label_en, label_fr)) in enumerate(STATEMENTS.items(), start=1):
        cell = row[f"{name}_en"]
        # Doubt about a French name that is not on file says nothing: the missing name is seen.
        if not cell or (name == "french_name" and not row["name_fr"]):
            continue
        statement = read_statement(cell, row["source"])
        facts.append(
            InitiativeFact(
                initiative_id=pk,
                key=name.replace("_", "-"),
                label_en=label_en,
                label_fr=label_fr,
                text_en=statement.text,
                text_fr=row[f"{name}_fr"],
                source=read_statement(row["source"]).text.strip(" ;"),
                is_confirmed=statement.is_confirmed,
                position=position,
            )
        )
    return facts
