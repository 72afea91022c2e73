"""Papers: what they say, in which language, for whom who cannot see them; and that words of people stay words."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest

from c2m2a_crm.core.pdf import (
    Block,
    Bullets,
    Facts,
    Heading,
    Note,
    PageBreak,
    Paper,
    Paragraph,
    PdfError,
    Table,
    TableColumn,
    Words,
    make_pdf,
    setting,
)
from c2m2a_crm.core.pdf.letters import FONTS, MISSING, Letters, covered

AT = datetime(2026, 3, 1, 15, 5, tzinfo=UTC)
NAUGHTY: list[str] = json.loads(
    (Path(__file__).parents[1] / "data" / "naughty-strings-blns" / "blns.json").read_text("utf-8")
)


def paper(*blocks: Block, language: str = "en", **more: Any) -> Paper:
    return Paper("The title", language, "Office of the test", "Vera Lindqvist", AT, blocks, **more)


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def words_of(data: bytes) -> str:
    """Every word of all pages, with single spaces: where a line breaks is the template's affair."""
    return " ".join(" ".join(page.extract_text() for page in read(data).pages).split())


def structure(data: bytes) -> list[str]:
    """The kinds of all tagged elements, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(read(data).trailer["/Root"]["/StructTreeRoot"])
    return found


def table(rows: list[list[str]], *labels: str) -> Table:
    return Table([TableColumn(label) for label in labels], rows)


def test_a_paper_is_tagged_and_has_title_language_and_fonts_inside() -> None:
    rows = table([["Alder", "3"], ["Birch", "4"]], "Name", "Contacts")
    data = make_pdf(paper(Heading("First"), Paragraph("A sentence."), Bullets(["one", "two"]), rows, language="fr"))
    root = read(data).trailer["/Root"]
    assert root["/Lang"] == "fr-CA"
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    metadata = read(data).metadata
    assert metadata is not None
    assert metadata.title == "The title"
    assert "pdfuaid:part>1<" in root["/Metadata"].get_data().decode()
    kinds = structure(data)
    assert [kinds.count(kind) for kind in ("/H1", "/Table", "/TR", "/TH", "/TD", "/LI")] == [1, 1, 3, 2, 4, 2]
    fonts: list[Any] = [font.get_object() for font in read(data).pages[0]["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        assert "/FontFile" in str(font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object())


def test_every_block_says_its_words_in_order() -> None:
    data = make_pdf(
        paper(
            Heading("Part one"),
            Heading("Below it", 2),
            Paragraph(Words("Une phrase.", language="fr", is_quiet=True)),
            Facts([("Office", "Alder"), ("Since", Words("2024", is_strong=True))]),
            Note("Two rows are missing.", is_warning=True),
            Table(
                [TableColumn("Name"), TableColumn("Contacts", True)], [["Alder", "3"]], [["Sum", "3"]], "All of them"
            ),
            Table([TableColumn("Name")], [], empty="Nobody was met."),
            PageBreak(),
            Paragraph("The last page.\nIts second line."),
            subtitle="What it is about",
            passport=[("Filter", "in Ontario")],
        )
    )
    said = [
        "The title What it is about Filter in Ontario Part one Below it Une phrase. Office Alder Since 2024",
        "Two rows are missing. All of them Name Contacts Alder 3 Sum 3 Nobody was met.",
        "The last page. Its second line.",
    ]
    assert " ".join(said[:2]) in words_of(data)
    assert said[2] in " ".join(read(data).pages[1].extract_text().split())


@pytest.mark.parametrize(("language", "words"), [("en", "Page 2 of 3"), ("fr", "Page 2 de 3")])
def test_pages_are_numbered_in_the_language_of_the_paper(language: str, words: str) -> None:
    data = make_pdf(paper(Paragraph("a"), PageBreak(), Paragraph("b"), PageBreak(), Paragraph("c"), language=language))
    assert words in read(data).pages[1].extract_text()


def test_the_foot_says_office_maker_and_moment_on_every_page() -> None:
    data = make_pdf(paper(Paragraph("a"), PageBreak(), Paragraph("b")))
    for page in read(data).pages:
        assert "Office of the test · Vera Lindqvist · Mar" in page.extract_text()


def test_marks_stand_in_head_and_foot_of_every_page_and_in_the_text_itself() -> None:
    marked = make_pdf(paper(Paragraph("a"), PageBreak(), Paragraph("b"), marks=["Confided by a third party"]))
    assert [page.extract_text().count("Confided by a third party") for page in read(marked).pages] == [3, 2]
    assert "Confided" not in words_of(make_pdf(paper(Paragraph("a"))))


@pytest.mark.parametrize(
    "text",
    [
        '#read("/etc/passwd")',
        '#import "@preview/cetz:0.3.0": *',
        "$ sum_(i=0)^n $",
        "*bold* _emphasis_ `raw` \\u{41} @ref <label> = Heading",
        '"); #panic("out',
        "// a comment /* and another */",
        "#sys.inputs",
        "~ -- --- ... 'quoted' \"quoted\"",
        "[#text(red)[x]]",
    ],
)
def test_nothing_that_people_write_is_read_as_markup(text: str) -> None:
    rows = Table([TableColumn(text, weight=9), TableColumn("b", weight=1)], [[text, "x"]])
    data = make_pdf(paper(Heading(text), Paragraph(text), Facts([("Label", text)]), Note(text), rows, subtitle=text))
    assert words_of(data).count(" ".join(text.split())) == 7
    assert "root:" not in words_of(data)


def test_letters_of_the_languages_of_this_country_and_of_its_neighbours_are_shown() -> None:
    names = ["ʔaq̓am", "Łutsël Kʼé", "ᐃᓄᒃᑎᑐᑦ ᖃᓂᐅᔮᖅᐸᐃᑦ", "Dı̨", "ḵ̱wa̱g̱ut", "Đà Nẵng", "Ελλάδα", "Україна", "≥ 5 → ✓", "½"]
    letters = Letters()
    for name in names:
        letters.fit(name)
    assert letters.missing == 0
    data = make_pdf(paper(Bullets(names), Paragraph("العربية"), Paragraph("עברית")))
    said = words_of(data)
    for name in ("Łutsël Kʼé", "ᐃᓄᒃᑎᑐᑦ ᖃᓂᐅᔮᖅᐸᐃᑦ", "Đà Nẵng", "Ελλάδα", "Україна", "≥ 5 → ✓"):
        assert name in said
    assert MISSING not in said


def test_letters_without_a_shape_are_counted_and_told() -> None:
    data = make_pdf(paper(Paragraph("名 = ＝１")))
    assert f"{MISSING} = =1" in words_of(data)
    assert "1 letter has no shape in the fonts of this file" in words_of(data)
    assert "shape" not in words_of(make_pdf(paper(Paragraph("Nom"))))


def test_no_sign_turns_a_name_around() -> None:
    assert Letters().fit("evil\u202egpj.exe\u2066x") == "evilgpj.exex"


def test_the_fonts_have_what_the_letters_say() -> None:
    known = covered()
    assert {ord(letter) for letter in "Aé—ʔłı\u0328ᐃ≥→✓אع"} <= known
    assert not {ord("名"), ord("😀"), 0xE000} & known
    assert (FONTS / "OFL.txt").read_text().count("SIL Open Font License")


def test_naughty_strings_make_a_paper() -> None:
    data = make_pdf(paper(table([[text, text] for text in NAUGHTY], "Once", "Twice")))
    # One reader of PDFs gives a letter the accents that it once bore, whatever the file says of it later.
    said = "".join(letter for letter in words_of(data) if not unicodedata.combining(letter))
    plain = [text for text in NAUGHTY if text.isascii() and text.isprintable() and " " not in text and len(text) < 25]
    assert len(plain) > 100
    assert [text for text in plain if text not in said] == []


def test_a_long_word_does_not_leave_its_cell() -> None:
    address = "https://example.org/" + "x" * 300
    data = make_pdf(paper(table([[address, "beside", "c", "d", "e", "f"]], "Address", "b", "c", "d", "e", "f")))
    page = read(data).pages[0]
    lines = page.extract_text().replace("\u200b", "").split()
    assert max(map(len, lines)) < 75
    assert "".join(lines).count("x" * 300) == 1


def test_the_head_of_a_table_is_repeated_and_no_row_is_lost_over_2000_rows() -> None:
    rows = [[f"Row {number}.", f"place {number}", str(number)] for number in range(2000)]
    data = make_pdf(paper(Table([TableColumn("Name"), TableColumn("Where"), TableColumn("Contacts", True)], rows)))
    pages = [page.extract_text() for page in read(data).pages]
    assert len(pages) > 20
    assert all("Name Where Contacts" in " ".join(text.split()) for text in pages)
    said = " ".join(" ".join(pages).split())
    assert all(f"Row {number}. place {number} {number}" in said for number in range(2000))


def test_the_same_paper_gives_the_same_bytes() -> None:
    asked = paper(Heading("One"), table([["a", "b"]], "A", "B"))
    assert make_pdf(asked) == make_pdf(asked)


def test_a_paper_that_takes_too_long_is_given_up_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: Any, **options: Any) -> None:
        raise subprocess.TimeoutExpired("x", options["timeout"])

    monkeypatch.setattr(setting.subprocess, "run", never)
    with pytest.raises(PdfError, match="The PDF took too long"):
        make_pdf(paper(Paragraph("a")))


def test_a_paper_that_cannot_be_set_is_refused_with_a_sentence() -> None:
    with pytest.raises(PdfError, match="The PDF could not be made"):
        make_pdf(paper(Heading("Three first", 3)))  # a gap in the headings is no paper for everybody


def test_a_paper_that_is_too_long_is_refused_before_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting, "LONGEST", 500)
    with pytest.raises(PdfError, match="too long for a PDF"):
        make_pdf(paper(Paragraph("a" * 500)))


def test_the_process_that_sets_papers_can_neither_write_nor_open_other_files(tmp_path: Path) -> None:
    compiler = Path(setting.__file__).with_name("compiler.py")
    program = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location("compiler", {str(compiler)!r})
compiler = importlib.util.module_from_spec(spec)
spec.loader.exec_module(compiler)
compiler.limit(20)
import typst
fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
for markup in (b'#read("/etc/passwd")', b'#read("../../../../../etc/passwd")', b'#import "@preview/a:1.0.0": *'):
    nowhere = compiler.HERE / "templates" / "no-packages"
    try:
        typst.compile(markup, root=compiler.HERE / "templates", font_paths=fonts, format="pdf",
                      package_path=nowhere, package_cache_path=nowhere)
    except typst.TypstError as error:
        print("refused", "Connection refused" in error.message)
    else:
        print("read")
try:
    with open({str(tmp_path / "written")!r}, "w") as file:
        file.write("x")
except OSError:
    print("cannot write")
"""
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False)
    # The package is asked of nobody: not of the network, which a test may not have.
    said = ["refused False", "refused False", "refused True", "cannot write"]
    assert done.stdout.split("\n")[:4] == said, done.stderr
