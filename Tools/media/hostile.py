"""Files that claim what they should not: huge or missing pixels."""

from __future__ import annotations

import struct

import numpy as np

import writers
from pictures import Pictures

HUGE = 60_000


def vp8x(width: int, height: int) -> bytes:
    body = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    still = b"\x2f" + struct.pack("<I", (width - 1 & 0x3FFF) | (height - 1 & 0x3FFF) << 14) + b"\x88\x88\x08"
    return writers.riff([(b"VP8X", body), (b"VP8L", still)])


def start_of_frame(width: int, height: int) -> bytes:
    return b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"


def jpeg(width: int, height: int) -> bytes:
    scan = b"\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00"
    return b"\xff\xd8" + start_of_frame(width, height) + scan + b"\x00\xff\xd9"


def gif(width: int, height: int) -> bytes:
    frame = b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + frame + b";"


def tiff(width: int, height: int, tile: tuple[int, int] | None = None) -> bytes:
    """An honest small file with its size, or the size of its tiles, overwritten."""
    data = bytearray(writers.tiff(np.zeros((16, 16, 3), np.uint8), 2, compression=writers.DEFLATE, tile=(16, 16) if tile else None))
    changes = {256: width, 257: height} | ({322: tile[0], 323: tile[1]} if tile else {278: height})
    for i in range(struct.unpack_from("<H", data, 8)[0]):
        tag = struct.unpack_from("<H", data, 10 + 12 * i)[0]
        if tag in changes:
            struct.pack_into("<I", data, 18 + 12 * i, changes[tag])
    return bytes(data)


def bombs() -> Pictures:
    """More pixels than any limit allows, in a few bytes."""
    yield "huge.png", writers.png_header(HUGE, HUGE, 8, 2) + writers.png_chunk(b"IDAT", b"\x78\x9c") + writers.png_chunk(b"IEND", b"")
    yield "largest.png", writers.png_header(2**31 - 1, 2**31 - 1, 16, 6, True) + writers.png_chunk(b"IDAT", b"\x78\x9c")
    yield "huge.gif", gif(65_535, 65_535)
    yield "huge-frame.gif", gif(65_535, 65_535).replace(struct.pack("<HH", 65_535, 65_535), struct.pack("<HH", 4, 4), 1)
    yield "huge.webp", vp8x(16_384, 16_384)
    yield "huge-lossless.webp", writers.riff([(b"VP8L", vp8x(16_384, 16_384)[-8:])])
    yield "huge.tif", tiff(HUGE, HUGE)
    yield "widest.tif", tiff(2**31 - 1, 2)
    yield "huge.bmp", writers.bmp([], HUGE, 24, data=b"\0" * 16, height=HUGE)
    yield "largest.bmp", writers.bmp([], 2**31 - 1, 1, data=b"\0" * 16, height=2**31 - 1, palette=[(0, 0, 0), (1, 2, 3)])
    yield "huge.jpg", jpeg(65_500, 65_500)


def broken() -> Pictures:
    """No pixels, contradictions, lies inside honest headers."""
    yield "no-width.png", writers.png_header(0, 5, 8, 2) + writers.png_chunk(b"IDAT", b"")
    yield "no-height.gif", gif(5, 0)
    yield "no-width.jpg", jpeg(0, 5)
    yield "no-height.tif", tiff(5, 0)
    yield "no-width.bmp", writers.bmp([], 0, 24, data=b"", height=5)
    yield "huge-tile.tif", tiff(16, 16, tile=(1 << 20, 1 << 20))
    yield "huge-strip.tif", tiff(16, 1 << 20)
    yield "overflowing.tif", tiff(2**32 - 1, 2**32 - 1)
    yield "large-tile.tif", tiff(16, 16, tile=(1 << 13, 1 << 13))
    yield "no-pixels.png", writers.png_header(4, 4, 8, 2) + writers.png_chunk(b"IEND", b"")
    yield "no-palette.png", writers.png(np.zeros((2, 2, 1), np.uint8), 8, 3)
    good = writers.png(np.zeros((2, 2, 3), np.uint8), 8, 2)
    yield "wrong-checksum.png", good.replace(good[29:33], b"\0\0\0\0")
    yield "depth-12.jpg", jpeg(4, 4).replace(b"\x00\x11\x08", b"\x00\x11\x0c")
    two = b"\xff\xc0\x00\x0e\x08\x00\x04\x00\x04\x02\x01\x11\x00\x02\x11\x00"
    yield "two-components.jpg", b"\xff\xd8" + two + b"\xff\xda\x00\x0a\x02\x01\x00\x02\x11\x00\x3f\x00\xff\xd9"
    yield "no-frame.gif", b"GIF89a" + struct.pack("<HHBBB", 4, 4, 0, 0, 0) + b";"
    yield "code-size-0.gif", gif(4, 4).replace(b"\x02\x02\x4c", b"\x00\x02\x4c")
    yield "code-size-12.gif", gif(4, 4).replace(b"\x02\x02\x4c", b"\x0c\x02\x4c")
    yield "first-code-unknown.gif", gif(4, 4).replace(b"\x02\x02\x4c", b"\x02\x02\x7c")
    yield "odd-masks.bmp", writers.bmp([bytes(16)], 4, 32, masks=(0xFF, 0xF0, 0x0F, 0), header_size=56)
    yield "depth-7.bmp", writers.bmp([bytes(16)], 4, 7)
    yield "jpeg-inside.bmp", writers.bmp([bytes(16)], 4, 24, compression=4)
    yield "palette-of-70000.bmp", writers.bmp([bytes(4)], 4, 8).replace(struct.pack("<II", 0, 0), struct.pack("<II", 70_000, 0), 1)
    yield "lab.tif", writers.tiff(np.zeros((2, 2, 3), np.uint8), 8)
    yield "float-16.tif", writers.tiff(np.zeros((2, 2, 1), np.float16), 1, bits=16, sample_format=3)
    yield "seven-samples.tif", writers.tiff(np.zeros((2, 2, 7), np.uint8), 2, extra_samples=(0, 0, 0, 0))
