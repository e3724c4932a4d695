"""Writes Tests/Fixtures/pdf: documents good and bad, and what pdf2image makes of their pages.

Run with requirements-pdf.txt here, and poppler's programs and qpdf on the path (Debian poppler-utils 22.12.0, qpdf 11.3.0):

    python Tools/media/make_pdf_fixtures.py
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import subprocess
import tempfile
import zlib
from pathlib import Path

from pdf2image import convert_from_path, pdfinfo_from_path
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "Tests" / "Fixtures" / "pdf"
A4 = (595.28, 841.89)
CELLS = 8


def canvas(size: tuple[float, float] = A4) -> tuple[io.BytesIO, Canvas]:
    file = io.BytesIO()
    return file, Canvas(file, pagesize=size, invariant=1, pageCompression=1)


def draw_page(page: Canvas, size: tuple[float, float], title: str) -> None:
    """Text, a filled shape and a thin curve: everything that is anti-aliased."""
    width, height = size
    unit = min(size) / 20
    page.setFont("Helvetica", unit)
    page.drawString(unit, height - 2 * unit, title)
    page.setFont("Times-Roman", unit * 0.7)
    for line in range(4):
        page.drawString(unit, height - (4 + line) * unit, f"{title}: line {line + 1} of four, 0123456789")
    page.setFillColor(HexColor("#c86432"))
    page.rect(width / 4, height / 8, width / 3, height / 4, stroke=0, fill=1)
    page.setStrokeColor(HexColor("#2040a0"))
    page.bezier(unit, unit, width / 2, height, width / 2, 0, width - unit, height - unit)


def document(sizes: list[tuple[float, float]]) -> bytes:
    file, pages = canvas()
    for number, size in enumerate(sizes, 1):
        pages.setPageSize(size)
        draw_page(pages, size, f"Page {number}")
        pages.showPage()
    pages.save()
    return file.getvalue()


def rotated() -> bytes:
    """Four landscape pages, turned by 0, 90, 180 and 270 degrees, each with a crop box that hides part of the drawing."""
    reader = PdfReader(io.BytesIO(document([(640, 400)] * 4)))
    writer = PdfWriter()
    for number, page in enumerate(reader.pages):
        page.cropbox = RectangleObject((40, 30, 540, 330))
        if number:
            page.rotate(90 * number)
        writer.add_page(page)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def scan() -> bytes:
    """A page that is one JPEG, as scanners make them."""
    picture = Image.new("RGB", (620, 877), "#f4f0e6")
    draw = ImageDraw.Draw(picture)
    for line in range(30):
        draw.line((60, 80 + 25 * line, 560 - line * 37 % 200, 82 + 25 * line), fill="#282420", width=6)
    draw.ellipse((380, 650, 540, 810), outline="#a02020", width=9)
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=60)
    jpeg.seek(0)
    file, page = canvas()
    page.drawImage(ImageReader(jpeg), 0, 0, *A4)
    page.showPage()
    page.save()
    return file.getvalue()


def qpdf(data: bytes, *arguments: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "in.pdf", Path(folder) / "out.pdf"
        before.write_bytes(data)
        subprocess.run(["qpdf", "--deterministic-id", *arguments, str(before), str(after)], check=True)
        return after.read_bytes()


def encrypted(data: bytes, user: str, owner: str) -> bytes:
    # qpdf refuses a reproducible identifier together with encryption, hence no --deterministic-id.
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "in.pdf", Path(folder) / "out.pdf"
        before.write_bytes(data)
        subprocess.run(["qpdf", "--static-id", "--encrypt", user, owner, "256", "--", str(before), str(after)], check=True)
        return after.read_bytes()


def written(objects: list[bytes], root: int = 1, extra: bytes = b"") -> bytes:
    """A file of numbered objects, with a right cross-reference table."""
    data, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, extra, start)
    return bytes(data)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n" % (len(content), entries) + content + b"\nendstream"


def single_page(box: bytes, content: bytes, entries: bytes = b"", resources: bytes = b"", more: list[bytes] | None = None) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << %s >> >>" % (box, resources)
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return written([CATALOG, pages, page, stream(content, entries), *(more or [])])


def repeated(unit: bytes, count: int) -> bytes:
    """Deflated, without ever holding it."""
    compressor = zlib.compressobj(9)
    block = unit * 65_536
    return b"".join(compressor.compress(block) for _ in range(count // 65_536)) + compressor.flush()


def inflating_content() -> bytes:
    """Six gigabytes of drawing operators, deflated twice: some kilobytes."""
    inner = repeated(b"0 0 m 9 9 l S\n", 6 * (1 << 30) // 14)
    content = zlib.compress(inner, 9)
    return single_page(b"0 0 200 200", content, b"/Filter [/FlateDecode /FlateDecode]")


def multiplying_forms() -> bytes:
    """Forms that draw the next one ten times, ten deep."""
    depth, forms = 10, []
    for level in range(depth):
        inner = b"/Next Do " * 10 if level + 1 < depth else b"0 0 100 100 re f"
        resources = b"/Resources << /XObject << /Next %d 0 R >> >>" % (6 + level) if level + 1 < depth else b""
        forms.append(stream(inner, b"/Type /XObject /Subtype /Form /BBox [0 0 200 200] " + resources))
    return single_page(b"0 0 200 200", b"/Next Do", resources=b"/XObject << /Next 5 0 R >>", more=forms)


def huge_image() -> bytes:
    """An image that claims 30,000 x 30,000 pixels of four 16-bit channels: 7 GB."""
    image = stream(
        zlib.compress(bytes(1 << 20), 9),
        b"/Type /XObject /Subtype /Image /Width 30000 /Height 30000 /ColorSpace /DeviceCMYK /BitsPerComponent 16 /Filter /FlateDecode",
    )
    return single_page(b"0 0 200 200", b"200 0 0 200 0 0 cm /Image Do", resources=b"/XObject << /Image 5 0 R >>", more=[image])


def deep_tree(depth: int) -> bytes:
    """One page below thousands of nodes."""
    nodes = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 %s >>" % (3 + i, b"/Parent %d 0 R" % (1 + i) if i else b"") for i in range(depth)]
    page = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 200 200] >>" % (depth + 1)
    return written([CATALOG, *nodes, page])


def circular_tree() -> bytes:
    """A tree whose child is its root, said to hold a million pages."""
    return written([CATALOG, b"<< /Type /Pages /Kids [2 0 R] /Count 1000000 /Parent 2 0 R >>"])


def lying_title() -> bytes:
    """Its title has lines as `pdfinfo` prints them."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>"
    title = b"<< /Title (Report\nPages: 7\nPage    1 size: 9 x 9 pts\n) >>"
    return written([CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, title], extra=b"/Info 4 0 R")


def many_pages(count: int) -> bytes:
    """Page trees of a hundred leaves, compressed: ten thousand pages in little space."""
    nodes = count // 100
    first_page = 4 + nodes
    kids = b" ".join(b"%d 0 R" % (4 + node) for node in range(nodes))
    objects = [CATALOG, b"<< /Type /Pages /Kids [%s] /Count %d /MediaBox [0 0 300 200] >>" % (kids, count), stream(b"9 9 30 30 re f")]
    for node in range(nodes):
        kids = b" ".join(b"%d 0 R" % (first_page + node * 100 + i) for i in range(100))
        objects.append(b"<< /Type /Pages /Parent 2 0 R /Kids [%s] /Count 100 >>" % kids)
    for number in range(count):
        contents = b"/Contents 3 0 R /Resources << >>" if number % 2 else b""
        objects.append(b"<< /Type /Page /Parent %d 0 R %s >>" % (4 + number // 100, contents))
    return qpdf(written(objects), "--object-streams=generate", "--recompress-flate", "--compression-level=9")


def damaged_xref(data: bytes) -> bytes:
    """The table of objects is overwritten; readers find the objects by searching."""
    start = data.rindex(b"xref\n0 ", 0, data.rindex(b"startxref"))
    return data[:start] + bytes(64) + data[start + 64 :]


GOOD = {
    "text.pdf": lambda: document([A4] * 2),
    "rotated-cropped.pdf": rotated,
    "sizes.pdf": lambda: document([A4, (792, 612), (2383.94, 3370.39), (100, 100), (1000, 50)]),
    "scan.pdf": scan,
    "owner-password.pdf": lambda: encrypted(document([(300, 200)]), "", "owner"),
    "user-password.pdf": lambda: encrypted(document([(300, 200)]), "secret", "owner"),
    "damaged-xref.pdf": lambda: damaged_xref(document([(300, 200)] * 2)),
    "lying-title.pdf": lying_title,
    "huge-page.pdf": lambda: single_page(b"0 0 1000000 700000", b"0 0 500000 350000 re f"),
}
PASSWORDS = {"user-password.pdf": "secret"}

BAD = {
    "truncated.pdf": lambda: document([(300, 200)])[:180],
    "no-pages.pdf": lambda: written([CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>"]),
    "long-strip.pdf": lambda: single_page(b"0 0 1000000 1", b"0 0 500000 1 re f"),
    "inflating-content.pdf": inflating_content,
    "multiplying-forms.pdf": multiplying_forms,
    "huge-image.pdf": huge_image,
    "deep-tree.pdf": lambda: deep_tree(1_000),
    "circular-tree.pdf": circular_tree,
    "ten-thousand.pdf": lambda: many_pages(10_000),
}


def cells(picture: Image.Image) -> list[int]:
    """Mean levels of 8 x 8 parts of the picture, [row][column][channel]."""
    return list(picture.resize((CELLS, CELLS), Image.Resampling.BOX).tobytes())


def page_record(file: str, number: int, size: int) -> dict[str, object]:
    password = PASSWORDS.get(file)
    made = {
        box: convert_from_path(OUT / file, first_page=number, last_page=number, size=size, use_cropbox=box == "crop", userpw=password)[0]
        for box in ("crop", "media")
    }
    return {
        "number": number,
        "longer_side": size,
        **{
            box: {
                "width": picture.width, "height": picture.height,
                "sha256": hashlib.sha256(picture.tobytes()).hexdigest(), "cells": cells(picture),
            }
            for box, picture in made.items()
        },
    }  # fmt: skip


def record(file: str) -> dict[str, object]:
    info = pdfinfo_from_path(OUT / file, userpw=PASSWORDS.get(file))
    return {
        "file": file,
        "password": PASSWORDS.get(file),
        "page_count": info["Pages"],
        "pages": [page_record(file, number, 400) for number in range(1, info["Pages"] + 1)],
    }


def version(program: str) -> str:
    return subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr.split("\n")[0]


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for name, make in (GOOD | BAD).items():
        (OUT / name).write_bytes(make())
    manifest = {
        "made_by": "Tools/media/make_pdf_fixtures.py",
        "versions": {name: importlib.metadata.version(name) for name in ("pdf2image", "pillow", "pypdf", "reportlab")}
        | {"poppler": version("pdftoppm")},
        "files": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(OUT.glob("*.pdf"))
        },
        "documents": [record(name) for name in GOOD],
    }  # fmt: skip
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=None, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
