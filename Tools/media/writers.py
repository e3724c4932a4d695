"""Writers of picture files, variant by variant: what no encoder offers to choose (bit depths, interlacing, tags, broken structure)."""

from __future__ import annotations

import struct
import zlib

import numpy as np

# --- PNG ---------------------------------------------------------------------------------------------------------------------------


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_header(width: int, height: int, depth: int, color: int, interlaced: bool = False) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced)))


def packed_row(samples: np.ndarray, depth: int) -> bytes:
    """Samples of one row, most significant first, padded to a byte."""
    if depth == 16:
        return samples.astype(">u2").tobytes()
    if depth == 8:
        return samples.astype(np.uint8).tobytes()
    bits = np.unpackbits(samples.astype(np.uint8).reshape(-1, 1), axis=1)[:, 8 - depth :]
    return np.packbits(bits.reshape(-1)).tobytes()


def filtered(row: bytes, above: bytes, kind: int, step: int) -> bytes:
    """A row as PNG stores it under one of its five filters."""
    out = bytearray([kind])
    for i, value in enumerate(row):
        left = row[i - step] if i >= step else 0
        up = above[i]
        corner = above[i - step] if i >= step else 0
        estimate = left + up - corner
        nearest = min((abs(estimate - left), 0, left), (abs(estimate - up), 1, up), (abs(estimate - corner), 2, corner))[2]
        out.append((value - (0, left, up, (left + up) // 2, nearest)[kind]) & 0xFF)
    return bytes(out)


def png(
    samples: np.ndarray,
    depth: int,
    color: int,
    *,
    interlaced: bool = False,
    palette: bytes | None = None,
    transparency: bytes | None = None,
    extra: bytes = b"",
    parts: int = 1,
) -> bytes:
    """A PNG of [height, width, channels] samples; filters take turns row by row; pixel data in `parts` chunks."""
    height, width, channels = samples.shape
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    raw = b""
    for x0, y0, dx, dy in passes:
        part = samples[y0::dy, x0::dx]
        if part.size == 0:
            continue
        step = max(1, channels * depth // 8)
        above = bytes((part.shape[1] * channels * depth + 7) // 8)
        for y in range(part.shape[0]):
            row = packed_row(part[y].reshape(-1), depth)
            raw += filtered(row, above, y % 5, step)
            above = row
    data = zlib.compress(raw, 9)
    out = png_header(width, height, depth, color, interlaced) + extra
    if palette is not None:
        out += png_chunk(b"PLTE", palette)
    if transparency is not None:
        out += png_chunk(b"tRNS", transparency)
    size = -(-len(data) // parts)
    for i in range(0, len(data), size):
        out += png_chunk(b"IDAT", data[i : i + size])
    return out + png_chunk(b"IEND", b"")


# --- TIFF --------------------------------------------------------------------------------------------------------------------------

UNCOMPRESSED, PACKBITS, DEFLATE = 1, 32773, 8


def packbits(data: bytes) -> bytes:
    """Runs and literals of at most 128 bytes."""
    out, i = bytearray(), 0
    while i < len(data):
        run = 1
        while run < 128 and i + run < len(data) and data[i + run] == data[i]:
            run += 1
        if run > 1:
            out += bytes([257 - run, data[i]])
            i += run
            continue
        start = i
        while i < len(data) and i - start < 128 and not (i + 1 < len(data) and data[i] == data[i + 1]):
            i += 1
        out += bytes([i - start - 1]) + data[start:i]
    return bytes(out)


def tiff(
    samples: np.ndarray,
    photometric: int,
    *,
    bits: int = 8,
    big_endian: bool = False,
    compression: int = UNCOMPRESSED,
    extra_samples: tuple[int, ...] = (),
    sample_format: int | None = None,
    separate: bool = False,
    rows_per_strip: int | None = None,
    tile: tuple[int, int] | None = None,
    orientation: int | None = None,
    fill_order: int | None = None,
    predictor: bool = False,
    colormap: np.ndarray | None = None,
    big: bool = False,
) -> bytes:
    """A TIFF of [height, width, channels] samples; `tile` is (width, height)."""
    height, width, channels = samples.shape
    order = ">" if big_endian else "<"

    def packed(block: np.ndarray) -> bytes:
        if predictor:
            block = np.concatenate([block[:, :1], np.diff(block.astype(np.int64), axis=1)], axis=1).astype(block.dtype)
        if block.dtype.itemsize > 1:
            data = block.astype(block.dtype.newbyteorder(order)).tobytes()
        else:
            data = b"".join(packed_row(row.reshape(-1), bits) for row in block)
        if compression == DEFLATE:
            data = zlib.compress(data, 9)
        if compression == PACKBITS:
            size = len(data) // block.shape[0]
            data = b"".join(packbits(data[i : i + size]) for i in range(0, len(data), size))
        if fill_order == 2:
            data = np.packbits(np.unpackbits(np.frombuffer(data, np.uint8).reshape(-1, 1), axis=1)[:, ::-1], axis=1).tobytes()
        return data

    planes = [samples[:, :, c : c + 1] for c in range(channels)] if separate else [samples]
    blocks: list[bytes] = []
    for plane in planes:
        if tile is None:
            step = rows_per_strip or height
            blocks += [packed(plane[y : y + step]) for y in range(0, height, step)]
            continue
        for y in range(0, height, tile[1]):
            for x in range(0, width, tile[0]):
                block = plane[y : y + tile[1], x : x + tile[0]]
                padding = ((0, tile[1] - block.shape[0]), (0, tile[0] - block.shape[1]), (0, 0))
                blocks.append(packed(np.pad(block, padding)))

    short, long, long8 = 3, 4, 16
    tags: list[tuple[int, int, list[int]]] = [
        (256, long, [width]),
        (257, long, [height]),
        (258, short, [bits] * channels),
        (259, short, [compression]),
        (262, short, [photometric]),
        (277, short, [channels]),
        (284, short, [2 if separate else 1]),
    ]
    if fill_order is not None:
        tags.append((266, short, [fill_order]))
    if orientation is not None:
        tags.append((274, short, [orientation]))
    if predictor:
        tags.append((317, short, [2]))
    if colormap is not None:
        tags.append((320, short, [int(v) for v in colormap.T.reshape(-1)]))
    if extra_samples:
        tags.append((338, short, list(extra_samples)))
    if sample_format is not None:
        tags.append((339, short, [sample_format] * channels))
    offsets, counts = (324, 325) if tile else (273, 279)
    pointer = long8 if big else long
    tags += [(offsets, pointer, [0] * len(blocks)), (counts, pointer, [len(b) for b in blocks])]
    if tile:
        tags += [(322, long, [tile[0]]), (323, long, [tile[1]])]
    else:
        tags.append((278, long, [rows_per_strip or height]))
    tags.sort()

    codes = {short: "H", long: "I", long8: "Q"}
    head = 16 if big else 8
    entry, inline = (20, 8) if big else (12, 4)
    directory_size = (8 if big else 2) + entry * len(tags) + (8 if big else 4)
    values = {tag: struct.pack(f"{order}{len(v)}{codes[kind]}", *v) for tag, kind, v in tags}
    place = head + directory_size
    places = {}
    for tag, _, _ in tags:
        if len(values[tag]) > inline:
            places[tag] = place
            place += len(values[tag]) + len(values[tag]) % 2
    starts = []
    for block in blocks:
        starts.append(place)
        place += len(block) + len(block) % 2
    values[offsets] = struct.pack(f"{order}{len(starts)}{codes[pointer]}", *starts)

    out = bytearray(b"MM" if big_endian else b"II")
    out += struct.pack(order + "HHHQ", 43, 8, 0, 16) if big else struct.pack(order + "HI", 42, 8)
    out += struct.pack(order + ("Q" if big else "H"), len(tags))
    for tag, kind, numbers in tags:
        out += struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, len(numbers))
        out += struct.pack(order + ("Q" if big else "I"), places[tag]) if tag in places else values[tag].ljust(inline, b"\0")
    out += bytes(8 if big else 4)
    for tag, _, _ in tags:
        if tag in places:
            out += values[tag] + bytes(len(values[tag]) % 2)
    for block in blocks:
        out += block + bytes(len(block) % 2)
    return bytes(out)


# --- BMP ---------------------------------------------------------------------------------------------------------------------------


def bmp(
    rows: list[bytes],
    width: int,
    bits: int,
    *,
    palette: list[tuple[int, int, int]] = (),
    masks: tuple[int, ...] = (),
    header_size: int = 40,
    top_down: bool = False,
    compression: int | None = None,
    data: bytes | None = None,
    height: int | None = None,
) -> bytes:
    """A BMP of rows from top to bottom, or of ready-made `data` (run lengths)."""
    height = len(rows) if height is None else height
    if data is None:
        stride = (width * bits + 31) // 32 * 4
        stored = rows if top_down else rows[::-1]
        data = b"".join(row.ljust(stride, b"\0") for row in stored)
    if header_size == 12:
        header = struct.pack("<IHHHH", 12, width, height, 1, bits)
        table = b"".join(bytes([b, g, r]) for r, g, b in palette)
    else:
        kind = compression if compression is not None else (3 if masks else 0)
        header = struct.pack(
            "<IiiHHIIiiII", header_size, width, -height if top_down else height, 1, bits, kind, len(data), 2835, 2835, len(palette), 0
        )
        header += struct.pack(f"<{len(masks)}I", *masks)
        header = header.ljust(header_size, b"\0")
        table = b"".join(bytes([b, g, r, 0]) for r, g, b in palette)
    offset = 14 + len(header) + len(table)
    return struct.pack("<2sIHHI", b"BM", offset + len(data), 0, 0, offset) + header + table + data


# --- GIF ---------------------------------------------------------------------------------------------------------------------------


def gif_codes(pixels: bytes, bits: int, *, end: bool = True, clear_every: int | None = None) -> bytes:
    """The LZW stream of palette indices."""
    clear = 1 << bits
    table = {bytes([i]): i for i in range(clear)}
    following, size = clear + 2, bits + 1
    buffer, filled, out = 0, 0, bytearray()

    def put(code: int) -> None:
        nonlocal buffer, filled
        buffer |= code << filled
        filled += size
        while filled >= 8:
            out.append(buffer & 0xFF)
            buffer >>= 8
            filled -= 8

    put(clear)
    current = b""
    for count, value in enumerate(pixels):
        longer = current + bytes([value])
        if longer in table:
            current = longer
            continue
        put(table[current])
        if following < 4096:
            table[longer] = following
            if following == 1 << size and size < 12:
                size += 1
            following += 1
        current = bytes([value])
        if clear_every and count % clear_every == 0:
            put(table[current])
            if following == 1 << size and size < 12:
                size += 1
            put(clear)
            table = {bytes([i]): i for i in range(clear)}
            following, size, current = clear + 2, bits + 1, b""
    if current:
        put(table[current])
    if end:
        # The decoder adds an entry for the last code too, so its size may just have grown.
        if following == 1 << size and size < 12:
            size += 1
        put(clear + 1)
    if filled:
        out.append(buffer & 0xFF)
    return bytes(out)


def gif_blocks(data: bytes) -> bytes:
    return b"".join(bytes([len(data[i : i + 255])]) + data[i : i + 255] for i in range(0, len(data), 255)) + b"\0"


def gif_frame(
    indices: np.ndarray,
    bits: int,
    *,
    at: tuple[int, int] = (0, 0),
    palette: bytes | None = None,
    interlaced: bool = False,
    transparent: int | None = None,
    clear_every: int | None = None,
) -> bytes:
    height, width = indices.shape
    out = b""
    if transparent is not None:
        out += b"!\xf9\x04" + bytes([1, 10, 0, transparent]) + b"\0"
    flags = (0x40 if interlaced else 0) | (0x80 | (len(palette) // 3).bit_length() - 2 if palette else 0)
    out += b"," + struct.pack("<HHHHB", *at, width, height, flags) + (palette or b"")
    if interlaced:
        indices = np.concatenate([indices[0::8], indices[4::8], indices[2::4], indices[1::2]])
    return out + bytes([bits]) + gif_blocks(gif_codes(indices.astype(np.uint8).tobytes(), bits, clear_every=clear_every))


def gif(size: tuple[int, int], frames: list[bytes], *, palette: bytes | None = None, background: int = 0, extensions: bytes = b"") -> bytes:
    flags = 0x80 | (len(palette) // 3).bit_length() - 2 if palette else 0
    return b"GIF89a" + struct.pack("<HHBBB", *size, flags, background, 0) + (palette or b"") + extensions + b"".join(frames) + b";"


# --- WebP --------------------------------------------------------------------------------------------------------------------------


def riff(chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = b"WEBP" + b"".join(name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body
