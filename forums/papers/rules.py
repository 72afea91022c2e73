"""Which papers of a meeting are confidential, which may leave the office, and which of them somebody gets.

Everything here is asked anew each time a page or a link is opened: a paper that was withdrawn, a document that was
closed, a seat that ended or somebody who steps aside takes effect at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils.translation import gettext as _

from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.documents.selectors import sides_of
from c2m2a_crm.core.documents.sharing import open_versions
from c2m2a_crm.core.models import Document, DocumentVersion, Installation, SecurityMarking
from forums.models import AgendaItem, Invitation, Meeting, MeetingPaper, Recusal, SeatTerm, TermsOfReference
from forums.selectors import terms_of_reference_on

Confidentiality = TermsOfReference.Confidentiality
# Under these every paper is confidential, whatever was said of it.
EVERY: Final = (Confidentiality.AGREEMENT, Confidentiality.SECURITY)


def rule_of(meeting: Meeting) -> str:
    """What the terms of reference of the meeting's day say of confidentiality; empty where nothing."""
    terms = terms_of_reference_on(meeting.forum, meeting.day)
    return terms.confidentiality if terms else ""


def may_be_marked(rule: str) -> bool:
    """Whether a single paper is marked: not where none is confidential, nor where all are."""
    return rule not in (Confidentiality.NONE, *EVERY)


@dataclass(frozen=True, slots=True)
class Line:
    """A paper as it stands: the newest file of each language, and why it does not leave the office (empty: it does).

    ``withheld`` does not speak of papers that were withdrawn: these are named to whoever might have had them.
    ``replacing`` are the files that took the place of another in their language, by number of the row.
    """

    paper: MeetingPaper
    sides: Mapping[str, DocumentVersion]
    is_confidential: bool
    withheld: str
    replacing: frozenset[int] = frozenset()

    @property
    def files(self) -> list[DocumentVersion]:
        """Each file once: one in both languages stands for both sides."""
        return list({version.pk: version for version in self.sides.values()}.values())

    @property
    def is_given(self) -> bool:
        return not self.withheld and not self.paper.is_withdrawn

    def side(self, language: str) -> DocumentVersion | None:
        """The file in this language, else in the other."""
        return self.sides.get(language) or next(iter(self.sides.values()), None)


def lines_of(meeting: Meeting) -> list[Line]:
    """Every paper of the meeting in the order of the agenda, the pack left out. A constant number of statements."""
    return _lines(meeting, list(meeting.papers.filter(is_pack=False).select_related("document", "item").in_order()))


def pack_of(meeting: Meeting) -> Line | None:
    """The pack that was made last, if there is one."""
    rows = list(meeting.papers.filter(is_pack=True).select_related("document", "item"))
    if not rows:
        return None
    pack = _lines(meeting, rows)[0]
    if not pack.withheld and rows[0].made_of != digest_of(packable(meeting, lines_of(meeting))):
        return replace(pack, withheld=_("The papers changed since the pack was made. Make it anew."))
    return pack


def packable(meeting: Meeting, lines: Sequence[Line]) -> list[Line]:
    """Papers that a pack may hold: those that members get; where the forum itself lets none leave by a link, those that
    are as open as the forum is."""
    is_shut = meeting.forum.initiative.is_confided or rule_of(meeting) == Confidentiality.SECURITY
    return [line for line in lines if line.is_given or (is_shut and _is_as_open_as_the_forum(meeting, line))]


def _is_as_open_as_the_forum(meeting: Meeting, line: Line) -> bool:
    document, initiative = line.paper.document, meeting.forum.initiative
    return (
        not line.paper.is_withdrawn
        and not document.is_archived
        and not document.is_removed
        and document.audience != Document.Audience.SECRETARIAT
        and document.marking == SecurityMarking.NONE
        and not document.third_party_confidential
        and document.sealed_circle_id == initiative.sealed_circle_id
        and document.restricted_circle_id == initiative.restricted_circle_id
        and bool(line.sides)
        and not any(version.is_held_back for version in line.files)
    )


def digest_of(lines: Sequence[Line]) -> str:
    """What stands for the papers of a pack: their files, their order and whether each is confidential."""
    said = [
        (line.paper.pk, line.paper.item_id, line.is_confidential, sorted(version.pk for version in line.files))
        for line in lines
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _lines(meeting: Meeting, papers: Sequence[MeetingPaper]) -> list[Line]:
    documents = [paper.document_id for paper in papers]
    kept = DocumentVersion.objects.filter(document__in=documents).exclude(file="").defer("text")
    by_document: dict[int, list[DocumentVersion]] = {}
    for version in kept.order_by("number"):
        by_document.setdefault(version.document_id, []).append(version)
    may_leave = set(open_versions().filter(document__in=documents).values_list("pk", flat=True))
    rule, is_federal = rule_of(meeting), _is_federal()
    found = []
    for paper in papers:
        versions = by_document.get(paper.document_id, [])
        sides = sides_of(versions)
        is_free = bool(sides) and all(version.pk in may_leave for version in sides.values())
        found.append(
            Line(
                paper,
                {language: sides[language] for language in LANGUAGES if language in sides},
                paper.is_confidential or rule in EVERY,
                _withheld(paper, sides, rule, is_free=is_free, is_federal=is_federal),
                frozenset(
                    sides[language].pk for language in sides if _has_earlier(sides[language], language, versions)
                ),
            )
        )
    return found


def _has_earlier(version: DocumentVersion, language: str, versions: Sequence[DocumentVersion]) -> bool:
    return any(
        each.number < version.number and each.language in {language, DocumentVersion.Language.BOTH} for each in versions
    )


def _is_federal() -> bool:
    return bool(Installation.current().legal_kind == Installation.LegalKind.FEDERAL)


def _withheld(
    paper: MeetingPaper, sides: Mapping[str, DocumentVersion], rule: str, *, is_free: bool, is_federal: bool
) -> str:
    document = paper.document
    if rule == Confidentiality.SECURITY:
        return _("By the terms of reference papers of this forum need a security level: they leave by no link.")
    if document.is_archived or document.is_removed:
        return _("Its document was put aside.")
    if document.is_confided:
        return _("Its document is closed to a circle.")
    if document.audience == Document.Audience.SECRETARIAT:
        return _("Its document is for the secretariat alone.")
    if document.marking != SecurityMarking.NONE:
        return _("Its document bears a security marking.")
    if document.third_party_confidential:
        return _("Its document was given to us in confidence.")
    if not sides:
        return _("There is no file of it.")
    if not is_free:
        return _("The virus scanner has not cleared its file.")
    # Official Languages Act, R.S.C. 1985, c. 31 (4th Supp.), Part IV: as for the texts of the meeting itself.
    if is_federal and not paper.is_pack and (document.state_en, document.state_fr) != (Document.State.APPROVED,) * 2:
        return _("It is not approved in both languages.")
    return ""


@dataclass(slots=True)
class Given:
    """What one person gets: papers by item, and the items for which they step aside."""

    lines: list[Line] = field(default_factory=list)
    pack: Line | None = None
    aside: set[int] = field(default_factory=set)

    def current(self) -> dict[int, Line]:
        """The files that a press may have, by the number of the version."""
        lines = [*self.lines, *filter(None, [self.pack])]
        return {version.pk: line for line in lines if line.is_given for version in line.files}


def given_to(invitation: Invitation, lines: Sequence[Line] | None = None) -> Given:
    """The papers of one invited person. Guests and observers get nothing confidential; who steps aside for an item gets
    none of its papers, and no pack, which holds them. Withdrawn papers are among them, to be named as such."""
    meeting = invitation.meeting
    terms = SeatTerm.objects.on(meeting.day).filter(seat__forum=meeting.forum_id, person=invitation.person_id)
    sits = terms.exclude(role=SeatTerm.Role.OBSERVER).exists()
    aside = set(Recusal.objects.filter(meeting=meeting, person=invitation.person_id).values_list("item_id", flat=True))
    open_to = [line for line in (lines_of(meeting) if lines is None else lines) if not line.withheld]
    pack = pack_of(meeting)
    has_pack = pack is not None and pack.is_given and not aside and (sits or not pack.is_confidential)
    return Given(
        lines=[line for line in open_to if line.paper.item_id not in aside and (sits or not line.is_confidential)],
        pack=pack if has_pack else None,
        aside=aside,
    )


def items_of(meeting: Meeting) -> list[AgendaItem]:
    return list(meeting.items.order_by("position", "pk"))
