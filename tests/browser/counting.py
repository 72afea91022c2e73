"""What a job costs a hand: clicks and keys that are no text. Typing words into a field is counted as one field."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(slots=True)
class Hand:
    """Presses what a person would press, and counts. ``page`` stands where the job begins."""

    page: Page
    clicks: int = 0
    keys: int = 0
    fields: int = 0

    def click(self, name: str, *, role: str = "button", within: Locator | None = None) -> None:
        """A button or a link by all its words, those for screen readers included."""
        place = within or self.page.locator("main")
        words = re.compile(f"^{re.escape(name).replace(':', ' ?:')}$")
        place.get_by_role(role, name=words).first.click()  # type: ignore[arg-type]  # the roles of ARIA are a closed list there
        self.clicks += 1

    def key(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)
            self.keys += 1

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)
        self.fields += 1

    def reads(self, text: str) -> None:
        """The page says so in its main part, else the job is not done."""
        expect(self.page.locator("main")).to_contain_text(text)
