"""Looks into PDFs of others and joins them, in a process of its own: a JSON on standard input says what to do.

A file made to do harm takes no more than this process has: memory, seconds, a file on standard output of some size.
Nothing here imports the product. ``look`` answers with JSON; ``join`` with a PDF, tagged throughout: the structure of a
part that has one is taken over, a part without any becomes one section, page by page. Of the parts only pages come
along: no scripts, attachments, forms or links into the file that they were.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

from pypdf import PasswordType, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

MEMORY = 1024**3
SECONDS = 120
LARGEST = 512 * 1024**2
MOVED = 3
# Links to the outside stay; everything else on a page that acts is left out.
_STAYS = ("/Link",)
_FONT = "/PackNumber"


class Moved(Exception):
    """Headings of the front do not stand where the numbers in it say."""


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(8000)


# --- Looking ----------------------------------------------------------------------------------------------------------


def look(paths: list[str], *, is_ours: bool) -> list[dict[str, Any]]:
    """Of each file: how many pages it has, or why it cannot be joined; of ours, on which page each heading stands."""
    return [_look(path, is_ours=is_ours) for path in paths]


def _look(path: str, *, is_ours: bool) -> dict[str, Any]:
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            return {"why": "locked"}
        root: Any = reader.trailer["/Root"]
        form = root.get("/AcroForm")
        has_fields = form is not None and bool(form.get_object().get("/Fields"))
        if has_fields or "/OCProperties" in root or "/Collection" in root:
            return {"why": "layers"}
        pages = len(reader.pages)
        if not pages:
            return {"why": "damaged"}
        return {"pages": pages, "headings": _headings(reader, reader.outline) if is_ours else []}
    except Exception:  # whatever it is, the file is listed and not joined
        return {"why": "damaged"}


def _headings(reader: PdfReader, outline: Any) -> list[int]:
    """Page numbers (from 0) of the bookmarks of the first level, in order."""
    return [reader.get_destination_page_number(each) or 0 for each in outline if not isinstance(each, list)]


# --- Joining ----------------------------------------------------------------------------------------------------------


def join(asked: dict[str, Any]) -> bytes:
    """``front`` with the pages of each part put in ``at`` (a page of the joined file, from 0)."""
    front = PdfReader(asked["front"])
    if _headings(front, front.outline) != asked["places"]:
        raise Moved
    writer = PdfWriter(clone_from=front)
    tree = _Tree(writer)
    font = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
            }
        )
    )
    for part in asked["parts"]:
        reader = PdfReader(part["path"])
        if reader.is_encrypted:
            reader.decrypt("")
        pages = []
        for offset, page in enumerate(reader.pages):
            for key in ("/AA", "/B", "/Thumb", "/Metadata", "/PieceInfo"):
                if key in page:
                    del page[key]
            _drop_acts(page)
            pages.append(writer.insert_page(page, part["at"] + offset))
            pages[-1][NameObject("/Tabs")] = NameObject("/S")
        taken = tree.take(reader, pages, part)
        for offset, page in enumerate(pages):
            words = asked["words"][0] + str(part["at"] + offset + 1) + asked["words"][1] + str(asked["count"])
            said = " · ".join(filter(None, [part["mark"], words + asked["words"][2]]))
            _frame(writer, page, font, said, is_tagged=taken)
        if not taken:
            tree.wrap(pages, part)
    tree.close()
    _name(writer, asked)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _drop_acts(page: Any) -> None:
    """Annotations that act or belong to the rest of their file; addresses of the web stay."""
    found = page.get("/Annots")
    if found is None:
        return
    kept = ArrayObject()
    for reference in found.get_object():
        annotation = reference.get_object()
        act = annotation.get("/A")
        is_address = act is not None and act.get_object().get("/S") == "/URI"
        if annotation.get("/Subtype") in _STAYS and is_address and "/AA" not in annotation:
            kept.append(reference)
    if kept:
        page[NameObject("/Annots")] = kept
    else:
        del page["/Annots"]


def _frame(writer: PdfWriter, page: Any, font: Any, words: str, *, is_tagged: bool) -> None:
    """The page's number in the pack at its foot, as an artifact; a page without structure becomes marked content 0."""
    before, after = ("q\n", "\nQ\n") if is_tagged else ("/P <</MCID 0>> BDC q\n", "\nQ EMC\n")
    resources = page.get("/Resources")
    resources = DictionaryObject() if resources is None else resources.get_object()
    page[NameObject("/Resources")] = resources
    fonts = resources.get("/Font")
    fonts = DictionaryObject() if fonts is None else fonts.get_object()
    resources[NameObject("/Font")] = fonts
    fonts[NameObject(_FONT)] = font
    said = words.encode("cp1252", "replace").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
    matrix = _foot_of(page, 3.6 * len(words))
    number = (
        f"/Artifact <</Type /Pagination>> BDC q 0.36 0.41 0.39 rg BT {_FONT} 7 Tf {matrix} Tm (".encode()
        + said
        + b") Tj ET Q EMC\n"
    )
    contents = page.get("/Contents")
    raw = page.raw_get("/Contents") if contents is not None else None
    streams: list[Any] = []
    if isinstance(contents, ArrayObject):
        streams = list(contents)
    elif raw is not None:
        streams = [raw]
    page[NameObject("/Contents")] = ArrayObject(
        [_stream(writer, before.encode()), *streams, _stream(writer, after.encode() + number)]
    )


def _stream(writer: PdfWriter, data: bytes) -> IndirectObject:
    stream = DecodedStreamObject()
    stream.set_data(data)
    return writer._add_object(stream)


def _foot_of(page: Any, width: float) -> str:
    """The matrix of text at the lower right corner as the page is seen, whatever way it is turned."""
    box = page.cropbox
    left, bottom, right, top = (float(each) for each in (box.left, box.bottom, box.right, box.top))
    turned = int(page.get("/Rotate", 0) or 0) % 360
    aside, up = 42.0 + width, 10.0
    if turned == 90:
        return f"0 1 -1 0 {right - up:.1f} {top - aside:.1f}"
    if turned == 180:
        return f"-1 0 0 -1 {left + aside:.1f} {top - up:.1f}"
    if turned == 270:
        return f"0 -1 1 0 {left + up:.1f} {bottom + aside:.1f}"
    return f"1 0 0 1 {right - aside:.1f} {bottom + up:.1f}"


class _Tree:
    """The structure of the joined file: that of the front, then a section for each part (ISO 32000-2, 14.7)."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        root: Any = writer._root_object["/StructTreeRoot"].get_object()
        self._root = root
        self._reference = root.indirect_reference
        kids = root["/K"].get_object() if "/K" in root else ArrayObject()
        top = kids[0] if isinstance(kids, ArrayObject) else root.raw_get("/K")
        self._document = top.get_object()
        self._document_reference = self._document.indirect_reference
        self._parents: dict[int, Any] = _flat(root["/ParentTree"].get_object()) if "/ParentTree" in root else {}
        self._next = max(self._parents, default=-1) + 1
        self._numbered: set[int] = set()

    def take(self, reader: PdfReader, pages: list[Any], part: dict[str, Any]) -> bool:
        """Take over the structure of a part. False where it has none that holds its pages."""
        catalog: Any = reader.trailer["/Root"]
        source = catalog.get("/StructTreeRoot")
        if source is None:
            return False
        source = source.get_object()
        if "/K" not in source or "/ParentTree" not in source:
            return False
        parents = _flat(source["/ParentTree"].get_object())
        keys = [page.get("/StructParents") for page in reader.pages]
        if any(key is None or int(key) not in parents for key in keys):
            return False
        cloned = source.clone(self._writer)
        section = self._section(part)
        kids = cloned["/K"].get_object()
        tops = list(kids) if isinstance(kids, ArrayObject) else [cloned.raw_get("/K")]
        for top in tops:
            top.get_object()[NameObject("/P")] = section.indirect_reference
        section[NameObject("/K")] = ArrayObject(tops)
        for page, key in zip(pages, keys, strict=True):
            page[NameObject("/StructParents")] = NumberObject(self._next + int(key))  # type: ignore[arg-type]  # none is missing
            self._renumber(page)
        for key, value in _flat(cloned["/ParentTree"].get_object()).items():
            self._parents[self._next + key] = value
        self._next += max(parents) + 1
        self._roles(cloned)
        for key in list(cloned):
            del cloned[key]
        return True

    def wrap(self, pages: list[Any], part: dict[str, Any]) -> None:
        """A part without structure: a section with one paragraph for each page."""
        section = self._section(part)
        kids = ArrayObject()
        for page in pages:
            paragraph = DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/StructElem"),
                    NameObject("/S"): NameObject("/P"),
                    NameObject("/P"): section.indirect_reference,
                    NameObject("/Pg"): page.indirect_reference,
                    NameObject("/K"): NumberObject(0),
                }
            )
            reference = self._writer._add_object(paragraph)
            kids.append(reference)
            page[NameObject("/StructParents")] = NumberObject(self._next)
            self._parents[self._next] = self._writer._add_object(ArrayObject([reference]))
            self._next += 1
        section[NameObject("/K")] = kids

    def close(self) -> None:
        """Write the tree of parents, and bring the sections into the order of the pages: they are read in it."""
        places = {page.indirect_reference.idnum: place for place, page in enumerate(self._writer.pages)}  # type: ignore[union-attr]  # each has one
        kids = self._document["/K"].get_object()
        ordered, here = [], 0
        for kid in kids:
            here = _first_page(kid.get_object(), places, here)
            ordered.append((here, kid))
        kids[:] = [kid for _place, kid in sorted(ordered, key=lambda each: each[0])]
        nums = ArrayObject()
        for key in sorted(self._parents):
            nums.extend([NumberObject(key), self._parents[key]])
        tree = self._writer._add_object(DictionaryObject({NameObject("/Nums"): nums}))
        self._root[NameObject("/ParentTree")] = tree
        self._root[NameObject("/ParentTreeNextKey")] = NumberObject(self._next)
        # Identifiers of the front stay right, but names of the parts may be the same: nothing refers to them from here.

    def _section(self, part: dict[str, Any]) -> DictionaryObject:
        section = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/StructElem"),
                NameObject("/S"): NameObject("/Sect"),
                NameObject("/P"): self._document_reference,
                NameObject("/T"): TextStringObject(part["title"]),
                NameObject("/Lang"): TextStringObject(part["language"]),
            }
        )
        reference = self._writer._add_object(section)
        kids = self._document["/K"].get_object()
        if not isinstance(kids, ArrayObject):
            kids = ArrayObject([self._document.raw_get("/K")])
            self._document[NameObject("/K")] = kids
        kids.append(reference)
        return section

    def _renumber(self, page: Any) -> None:
        """Annotations of the page point into the tree, too."""
        annotations = page.get("/Annots")
        for reference in annotations.get_object() if annotations is not None else ():
            annotation = reference.get_object()
            if "/StructParent" in annotation:
                annotation[NameObject("/StructParent")] = NumberObject(self._next + int(annotation["/StructParent"]))
        objects = page["/Resources"].get_object().get("/XObject") if "/Resources" in page else None
        for drawn in objects.get_object().values() if objects is not None else ():
            drawing = drawn.get_object()
            if id(drawing) in self._numbered:
                continue  # drawn on several pages
            self._numbered.add(id(drawing))
            for key in ("/StructParent", "/StructParents"):
                if key in drawing:
                    drawing[NameObject(key)] = NumberObject(self._next + int(drawing[key]))

    def _roles(self, cloned: Any) -> None:
        """What the part calls its own elements; where two parts mean different things by one name, the first stands."""
        for name in ("/RoleMap", "/ClassMap"):
            theirs = cloned.get(name)
            if theirs is None:
                continue
            ours = self._root.get(name)
            ours = DictionaryObject() if ours is None else ours.get_object()
            self._root[NameObject(name)] = ours
            for key, value in theirs.get_object().items():
                if key not in ours:
                    ours[NameObject(key)] = value


def _first_page(element: Any, places: dict[int, int], otherwise: int) -> int:
    """Where the element begins, as a place among the pages; elements without pages stay with those before them."""
    waiting = [element]
    for _step in range(10_000):
        if not waiting:
            break
        here = waiting.pop()
        if not isinstance(here, DictionaryObject):
            continue
        if "/Pg" in here:
            return places.get(here.raw_get("/Pg").idnum, otherwise)
        kids = here.get("/K")
        kids = kids.get_object() if kids is not None else ()
        waiting.extend(kid.get_object() for kid in reversed(kids if isinstance(kids, ArrayObject) else [kids]))
    return otherwise


def _flat(tree: Any) -> dict[int, Any]:
    """A number tree as a dictionary."""
    found: dict[int, Any] = {}
    nums = tree.get("/Nums")
    if nums is not None:
        entries = nums.get_object()
        found.update({int(entries[place]): entries[place + 1] for place in range(0, len(entries) - 1, 2)})
    kids = tree.get("/Kids")
    for kid in kids.get_object() if kids is not None else ():
        found |= _flat(kid.get_object())
    return found


def _name(writer: PdfWriter, asked: dict[str, Any]) -> None:
    """Title, language and bookmarks. The front's own claim to follow PDF/UA is taken away: parts of others may not."""
    root = writer._root_object
    root[NameObject("/Lang")] = TextStringObject(asked["language"])
    if "/Metadata" in root:
        del root["/Metadata"]
    if "/Outlines" in root:
        del root["/Outlines"]
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    writer.add_metadata({"/Title": asked["title"]})
    parent: Any = None
    for level, title, page in asked["bookmarks"]:
        made = writer.add_outline_item(title=title, page_number=page, parent=parent if level > 1 else None)
        if level == 1:
            parent = made


def main() -> int:
    limit()
    asked = json.loads(sys.stdin.buffer.read())
    if asked["act"] == "look":
        sys.stdout.write(json.dumps(look(asked["paths"], is_ours=asked["is_ours"])))
        return 0
    try:
        made = join(asked)
    except Moved:
        return MOVED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
