"""Sets one paper in a process of its own: JSON on standard input, the PDF on standard output.

Run by its path and in Python's isolated mode, so that nothing of the product is in this process: no settings, no
secrets, no connection. Before it reads a word it gives up what it does not need: files cannot be written, memory and
processor time have an end. The template's folder is all that Typst may open, and packages cannot be fetched.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

import typst

HERE = Path(__file__).resolve().parent
FAILED = 3
MEMORY = 3 * 2**30
NOBODY = "http://127.0.0.1:1"


def limit(seconds: int) -> None:
    """Processor seconds of all threads together; the parent watches the clock on the wall."""
    # Typst would fetch packages: through an address at which nobody listens.
    os.environ.update(dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"), NOBODY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def compiled(paper: str, at: datetime) -> bytes:
    """The PDF: tagged, PDF/UA-1, the same bytes for the same words and moment."""
    nowhere = HERE / "templates" / "no-packages"
    return typst.compile(
        HERE / "templates" / "paper.typ",
        root=HERE / "templates",
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")]
        ),
        sys_inputs={"paper": paper},
        format="pdf",
        pdf_standards=["ua-1"],
        package_path=nowhere,
        package_cache_path=nowhere,
        timestamp=at,
    )


def main() -> int:
    limit(int(sys.argv[1]))
    asked = json.loads(sys.stdin.buffer.read())
    try:
        made = compiled(json.dumps(asked["paper"]), datetime.fromtimestamp(asked["at"], UTC))
    except typst.TypstError as error:
        sys.stderr.write(f"{error.message}\n{error.diagnostic}")
        return FAILED
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
