"""The office's logo: what is taken, what is refused, what is served to whom."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from lxml import html
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.logos import BOX, MOST_BYTES, redrawn, remove_logo, set_logo
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.texts import edit_installation

SETTINGS = "/settings/"


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path, db: None) -> Iterator[None]:
    """Files of these tests lie in a folder of their own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    call_command("seed_reference", verbosity=0)
    return


def picture(
    file_format: str = "PNG", size: tuple[int, int] = (300, 100), colour: str = "#0f5548", **more: Any
) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, colour).save(drawn, file_format, **more)
    return drawn.getvalue()


def opened(drawn: bytes) -> Image.Image:
    return Image.open(io.BytesIO(drawn))


def a_png_that_says(width: int, height: int) -> bytes:
    """A few bytes whose head promises that many points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def send(client: Client, data: bytes, name: str = "logo.png", kind: str = "image/png") -> Any:
    return client.post(reverse("core:set_logo"), {"logo": SimpleUploadedFile(name, data, kind)})


# --- Drawing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_png_that_fits(file_format: str) -> None:
    made = opened(redrawn(io.BytesIO(picture(file_format, (3000, 1000)))))
    assert made.format == "PNG"
    assert made.size == (432, 144)
    small = opened(redrawn(io.BytesIO(picture(file_format, (40, 20)))))
    assert small.size == (40, 20)
    assert made.width <= BOX[0]
    assert made.height <= BOX[1]


def test_nothing_but_points_is_kept() -> None:
    words = PngInfo()
    words.add_text("Comment", "<script>alert(1)</script>")
    made = redrawn(io.BytesIO(picture(pnginfo=words) + b"<script>alert(2)</script>"))
    assert b"script" not in made
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    assert b"taken" not in redrawn(io.BytesIO(picture("JPEG", exif=exif.tobytes())))


def test_a_picture_turned_by_its_camera_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(redrawn(io.BytesIO(picture("JPEG", (100, 40), exif=exif.tobytes())))).size == (40, 100)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"GIF89a" + b"\x00" * 40,
        picture()[:60],
        picture("JPEG")[:200],
        picture("WEBP")[:40],
        picture("GIF"),
        picture("TIFF"),
        a_png_that_says(100, 100),
        a_png_that_says(60_000, 60_000),
        a_png_that_says(6000, 5000),
        b"%PDF-1.4 " + picture(),
    ],
)
def test_what_is_no_picture_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(ValidationError):
        redrawn(io.BytesIO(data))


# --- The setting ------------------------------------------------------------------------------------------------------


def test_an_administrator_shows_a_logo_on_every_page_and_on_the_page_for_signing_in(
    as_administrator: Client, as_viewer: Client, client: Client, administrator: User
) -> None:
    answer = send(as_administrator, picture("JPEG"), "../../evil.php", "text/html")
    assert (answer.status_code, answer["Location"]) == (302, SETTINGS)
    office = Installation.current()
    assert office.logo.name
    assert office.logo.name.startswith("office/logo-")
    assert office.logo.name.endswith(".png")
    for reader, page in ((as_viewer, "/"), (client, "/accounts/login/")):
        image = html.fromstring(reader.get(page).content).cssselect(".brand img")[0]
        assert (image.get("src"), image.get("alt")) == (office.logo_url, office.name)
    change = history_of(office).first()
    assert change is not None
    assert change.actor_id == administrator.pk
    assert change.after is not None
    assert change.after["logo"] == office.logo.name


def test_everybody_gets_the_picture_as_what_it_is(client: Client, administrator: User) -> None:
    office = set_logo(actor=administrator, file=io.BytesIO(picture()))
    answer = client.get(office.logo_url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer["Cache-Control"]
    assert opened(b"".join(answer.streaming_content)).size == (300, 100)  # type: ignore[attr-defined]  # a file


def test_no_other_file_is_served(client: Client, administrator: User) -> None:
    office = set_logo(actor=administrator, file=io.BytesIO(picture()))
    assert client.get(reverse("core:logo", args=["0" * 24])).status_code == 404
    default_storage.delete(office.logo.name or "")
    assert client.get(office.logo_url).status_code == 404


def test_a_new_logo_has_a_new_address_and_the_old_file_is_gone(
    administrator: User, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    first = set_logo(actor=administrator, file=io.BytesIO(picture()))
    with django_capture_on_commit_callbacks(execute=True):
        second = set_logo(actor=administrator, file=io.BytesIO(picture(colour="white")))
    assert first.logo_url != second.logo_url
    assert not default_storage.exists(first.logo.name or "")
    assert client.get(first.logo_url).status_code == 404
    assert set_logo(actor=administrator, file=io.BytesIO(picture(colour="white"))).version == second.version


def test_a_logo_is_removed(as_administrator: Client, administrator: User, client: Client) -> None:
    set_logo(actor=administrator, file=io.BytesIO(picture()))
    assert as_administrator.post(reverse("core:remove_logo")).status_code == 302
    assert Installation.current().logo_url == ""
    tree = html.fromstring(client.get("/accounts/login/").content)
    assert not tree.cssselect(".brand img")
    assert tree.cssselect(".brand span")[0].text_content() == Installation.current().name
    assert remove_logo(actor=administrator).logo.name == ""


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<svg/>", "This file cannot be read as a picture."),
        (picture() + b"\x00" * MOST_BYTES, "This file is larger than 2 MB."),
        (a_png_that_says(6000, 5000), "This picture has too many points."),
        (b"", "The submitted file is empty."),
    ],
)
def test_what_cannot_be_taken_is_told_beside_the_field_and_changes_nothing(
    data: bytes, sentence: str, as_administrator: Client
) -> None:
    before = Installation.current().version
    answer = send(as_administrator, data)
    assert answer.status_code == 422
    tree = html.fromstring(answer.content)
    assert sentence in tree.cssselect("#logo")[0].text_content()
    assert tree.cssselect("title")[0].text_content().strip().startswith("Error:")
    assert Installation.current().version == before
    assert Installation.current().logo_url == ""


def test_no_picture_at_all_is_told(as_administrator: Client) -> None:
    answer = as_administrator.post(reverse("core:set_logo"))
    assert answer.status_code == 422
    assert "Choose a picture." in answer.content.decode()


@pytest.mark.parametrize("name", ["core:set_logo", "core:remove_logo"])
def test_only_administrators_change_the_logo(name: str, as_staff: Client, client: Client) -> None:
    assert as_staff.post(reverse(name)).status_code == 403
    assert client.post(reverse(name)).status_code == 302
    assert Installation.current().logo_url == ""


def test_whoever_edits_the_names_meanwhile_keeps_both(administrator: User) -> None:
    began = Installation.current().version
    set_logo(actor=administrator, file=io.BytesIO(picture()))
    edited = edit_installation(actor=administrator, version=began, changes={"name_en": "Alliance office"})
    assert edited.name_en == "Alliance office"
    assert edited.logo_url


def test_each_part_of_the_legal_profile_says_what_it_is_for(as_administrator: Client) -> None:
    tree = html.fromstring(as_administrator.get(SETTINGS).content)
    cards = [card.get("id") for card in tree.cssselect("#office-form .card")]
    assert cards == ["office", "sender", "legal", "log", "documents"]
    said = tree.cssselect("#legal")[0].text_content()
    for words in ("Privacy Act", "anti-spam law", "reported as lobbying"):
        assert words in said
