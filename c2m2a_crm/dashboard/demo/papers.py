"""The fictional office's papers: in both languages, in versions, of each class, one given in confidence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.core.files.base import ContentFile
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.documents.services import DocumentClass, Facts, add_document, add_version, approve_side
from c2m2a_crm.core.models import Document, SecurityMarking
from c2m2a_crm.core.pdf import Block, Heading, Paper, Paragraph, make_pdf
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.office import Office
from forums.models import Forum

_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)

TERMS_EN: Final = (
    "The Table meets three times a year. It advises; it decides nothing for its members.",
    "Seats are held for three years and may be held twice. A vacant seat is filled within three months.",
    "What is said at the Table may be used; who said it stays in the room.",
)
TERMS_FR: Final = (
    "La Table se réunit trois fois par année. Elle conseille et ne décide rien pour ses membres.",
    "Un siège est occupé pour trois ans, deux fois au plus. Un siège vacant est pourvu dans les trois mois.",
    "Ce qui se dit à la Table peut être repris; qui l’a dit reste entre nous.",
)
SURVEY: Final = (
    "Eleven of fourteen plants answered. Nine lack operators for leaching circuits; seven would share a trainer.",
    "Purge solution is the waste most often named, and the one for which nobody has found a buyer.",
)
DATA_SHEET: Final = (
    "Typical assay of intermediate, in per cent: nickel 38.2, cobalt 3.1, manganese 5.4.",
    "Given so that the working group can compare names and grades. Not to be passed on.",
)


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    language: str
    paragraphs: Sequence[str]


def add_papers(office: Office) -> None:
    """File them under the office's own table and with the people they came from."""
    omar, maren = office.colleagues["omar"], office.colleagues["maren"]
    table = Forum.objects.get(code="PRT-EX").initiative
    terms = _document(
        omar,
        _File("mandate-of-the-table.docx", "en", TERMS_EN),
        Facts(
            title_en="How the Table works: mandate and rules", title_fr="Fonctionnement de la Table : mandat et règles"
        ),
        DocumentClass(Document.Audience.PUBLIC),
        table,
    )
    _version(omar, terms, _File("mandat-de-la-table.docx", "fr", TERMS_FR))
    for side in ("en", "fr"):
        approve_side(actor=omar, document=terms, side=side)
    changed = (*TERMS_EN, "Alternates may speak and may not vote.")
    _version(omar, terms, _File("mandate-of-the-table-2.docx", "en", changed), "Alternates")
    _document(
        maren,
        _File("operators-wanted.pdf", "en", SURVEY),
        Facts(title_en="Operators wanted: what fourteen plants answered"),
        DocumentClass(Document.Audience.MEMBERS),
        table,
    )
    _document(
        maren,
        _File("intermediate-assay.txt", "en", DATA_SHEET),
        Facts(
            title_en="Assay sheet of an intermediate",
            marking=SecurityMarking.PROTECTED_A,
            third_party_confidential=True,
            received_from="Northline Nickel",
            received_on=today() - timedelta(days=40),
        ),
        DocumentClass(Document.Audience.MEMBERS),
        office.parties["northline"],
    )
    _document(
        omar,
        _File("chair-notes.txt", "en", ("Questions for the chair before the next meeting, for us alone.",)),
        Facts(title_en="Notes before the next meeting"),
        DocumentClass(Document.Audience.SECRETARIAT),
        table,
    )


def _document(actor: User, paper: _File, facts: Facts, of_class: DocumentClass, record: object) -> Document:
    return add_document(
        actor=actor,
        file=_made(paper, facts.title_en),
        language=paper.language,
        facts=facts,
        of_class=of_class,
        record=record,  # type: ignore[arg-type]  # a party or an initiative
    )


def _version(actor: User, document: Document, paper: _File, note: str = "") -> None:
    add_version(
        actor=actor, document=document, file=_made(paper, document.title_en), language=paper.language, note=note
    )


def _made(paper: _File, title: str) -> ContentFile[bytes]:
    if paper.name.endswith(".docx"):
        data = _word(paper.paragraphs)
    elif paper.name.endswith(".pdf"):
        data = _pdf(title, paper)
    else:
        data = "\n\n".join(paper.paragraphs).encode()
    return ContentFile(data, paper.name)


def _word(paragraphs: Sequence[str]) -> bytes:
    said = "".join(f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>" for words in paragraphs)
    body = f'<w:document xmlns:w="{_WORD}"><w:body>{said}</w:body></w:document>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS),
            ("word/document.xml", f'<?xml version="1.0" encoding="UTF-8"?>{body}'),
        ):
            archive.writestr(name, text)
    return made.getvalue()


def _pdf(title: str, paper: _File) -> bytes:
    blocks: list[Block] = [Heading("In short"), *(Paragraph(words) for words in paper.paragraphs)]
    return make_pdf(
        Paper(
            title=title,
            language=paper.language,
            office="Office of the example",
            made_by="Maren",
            at=timezone.localtime(),
            blocks=blocks,
        )
    )
