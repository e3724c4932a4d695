"""Makes the documents and clips of Demo/: pages with embedded fonts and drawn charts, and a few seconds of moving shapes.

Run once, with the packages of requirements.txt; what it writes is in the repository. The same versions write the same files.

    python Tools/demo/make_demo.py Demo --font /usr/share/fonts/truetype/dejavu
"""

import argparse
import datetime
import math
import pathlib

import av
from fpdf import FPDF
from PIL import Image, ImageDraw

MADE = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def document(fonts: pathlib.Path) -> FPDF:
    """An empty document of A5 pages with two embedded fonts."""
    pdf = FPDF(format="A5")
    pdf.set_creation_date(MADE)
    pdf.add_font("text", fname=fonts / "DejaVuSans.ttf")
    pdf.add_font("text", style="B", fname=fonts / "DejaVuSans-Bold.ttf")
    pdf.set_margin(14)
    return pdf


def page(pdf: FPDF, heading: str, paragraphs: list[str]) -> None:
    """A page with a heading and paragraphs."""
    pdf.add_page()
    pdf.set_font("text", "B", 18)
    pdf.multi_cell(0, 10, heading, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)
    pdf.set_font("text", "", 10.5)
    for paragraph in paragraphs:
        pdf.multi_cell(0, 5.6, paragraph, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(2.5)


def bars(pdf: FPDF, top: float, values: list[tuple[str, float]], unit: str) -> None:
    """A bar chart with its numbers."""
    left, width, height = 18.0, 112.0, 60.0
    step = width / len(values)
    tallest = max(value for _, value in values)
    pdf.set_draw_color(60)
    pdf.line(left, top + height, left + width, top + height)
    pdf.set_font("text", "", 9)
    for index, (name, value) in enumerate(values):
        bar = height * 0.85 * value / tallest
        pdf.set_fill_color(38, 110, 190)
        pdf.rect(left + step * index + step * 0.2, top + height - bar, step * 0.6, bar, style="F")
        pdf.set_xy(left + step * index, top + height - bar - 6)
        pdf.cell(step, 5, f"{value:g} {unit}", align="C")
        pdf.set_xy(left + step * index, top + height + 1)
        pdf.cell(step, 5, name, align="C")


def report(fonts: pathlib.Path) -> FPDF:
    """Two pages: words, then a chart of revenue by quarter."""
    pdf = document(fonts)
    page(pdf, "Harbour Bicycles: the year in short", [
        "We sold 4,120 bicycles this year, a fifth more than the year before. City bicycles with a belt drive made up most of the growth.",
        "The new workshop at the old ferry pier opened in May. Repairs now take two days instead of six.",
        "Next year we will lend cargo bicycles by the hour at three stations along the quay.",
    ])
    page(pdf, "Revenue by quarter", ["Revenue in thousands of euros. Spring was the strongest season, as always."])
    bars(pdf, 70, [("winter", 310), ("spring", 720), ("summer", 640), ("autumn", 450)], "k")
    return pdf


def recipe(fonts: pathlib.Path) -> FPDF:
    """One page: a recipe."""
    pdf = document(fonts)
    page(pdf, "Lentil soup with lemon", [
        "For four people: 300 g red lentils, 2 onions, 3 carrots, 1 lemon, a tablespoon of cumin, a litre of vegetable stock.",
        "Cut onions and carrots small and fry them in olive oil until they are soft. Add cumin, then lentils and stock.",
        "Let it simmer for twenty minutes, blend half of it, and season with lemon juice and salt.",
    ])
    return pdf


def invoice(fonts: pathlib.Path) -> FPDF:
    """One page: an invoice with a table."""
    pdf = document(fonts)
    page(pdf, "Invoice 2026-0117", ["Harbour Bicycles, Pier 4. To: Ada Jensen, Mill Lane 9. Due within 14 days."])
    rows = [("Item", "Price"), ("New rear wheel, 28 inch", "89.00"), ("Brake pads", "24.50"), ("Labour, 1.5 hours", "97.50"),
            ("Total", "211.00")]
    for index, (name, price) in enumerate(rows):
        pdf.set_font("text", "B" if index in (0, len(rows) - 1) else "", 10.5)
        pdf.cell(90, 8, name, border="B")
        pdf.cell(30, 8, price, border="B", align="R", new_x="LMARGIN", new_y="NEXT")
    return pdf


SIDE = (192, 144)
FRAMES = 36


def ball(draw: ImageDraw.ImageDraw, time: float) -> None:
    """A red ball that bounces to the right over a green floor."""
    draw.rectangle((0, 0, *SIDE), fill=(225, 235, 245))
    draw.rectangle((0, 116, *SIDE), fill=(70, 150, 70))
    x, y = 20 + 150 * time, 104 - 70 * abs(math.sin(3 * math.pi * time))
    draw.ellipse((x - 14, y - 14, x + 14, y + 14), fill=(210, 40, 40))


def sunset(draw: ImageDraw.ImageDraw, time: float) -> None:
    """The sun sets behind the sea."""
    sky = tuple(round(a + (b - a) * time) for a, b in zip((120, 190, 250), (40, 20, 70)))
    draw.rectangle((0, 0, *SIDE), fill=sky)
    y = 30 + 90 * time
    draw.ellipse((76, y - 20, 116, y + 20), fill=(250, 190 - round(90 * time), 60))
    draw.rectangle((0, 96, *SIDE), fill=(20, 60, 120))


def progress(draw: ImageDraw.ImageDraw, time: float) -> None:
    """A window with a progress bar that fills up."""
    draw.rectangle((0, 0, *SIDE), fill=(60, 70, 90))
    draw.rectangle((24, 36, 168, 108), fill=(240, 240, 240))
    draw.rectangle((24, 36, 168, 50), fill=(40, 90, 160))
    draw.text((30, 37), "Copying files", fill=(255, 255, 255))
    draw.rectangle((36, 70, 156, 84), outline=(90, 90, 90))
    draw.rectangle((37, 71, 37 + 118 * time, 83), fill=(60, 170, 90))
    draw.text((80, 88), f"{round(100 * time)} %", fill=(30, 30, 30))


def clip(path: pathlib.Path, paint) -> None:
    """Three seconds at 12 frames a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=12)
        stream.width, stream.height, stream.pix_fmt = *SIDE, "yuv420p"
        stream.options = {"flags": "+bitexact", "qscale": "4"}
        for index in range(FRAMES):
            image = Image.new("RGB", SIDE)
            paint(ImageDraw.Draw(image), index / (FRAMES - 1))
            for packet in stream.encode(av.VideoFrame.from_image(image)):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)


def main() -> None:
    """Writes all files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--font", type=pathlib.Path, required=True, help="folder with DejaVuSans.ttf and DejaVuSans-Bold.ttf")
    arguments = parser.parse_args()
    for name, make in {"report": report, "recipe": recipe, "invoice": invoice}.items():
        make(arguments.font).output(str(arguments.folder / "pages" / f"{name}.pdf"))
    for name, paint in {"ball": ball, "sunset": sunset, "copying": progress}.items():
        clip(arguments.folder / "clips" / f"{name}.mp4", paint)


if __name__ == "__main__":
    main()
