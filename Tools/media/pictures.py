"""The pictures of the fixtures, one function a format: (file name, bytes)."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import skimage
from PIL import Image

import writers

# name -> photograph of scikit-image, left, top, right, bottom, its licence
PHOTOGRAPHS = {
    "astronaut": ("astronaut.png", (130, 0, 327, 123), "NASA, public domain"),
    "coffee": ("coffee.png", (250, 80, 351, 155), "Rachel Michetti (Pikolo Espresso Bar), CC0"),
    "chelsea": ("chelsea.png", (130, 60, 193, 107), "Stefan van der Walt, CC0"),
    "rocket": ("rocket.jpg", (300, 180, 347, 297), "SpaceX, public domain"),
}

Pictures = Iterator[tuple[str, bytes]]


def photograph(name: str) -> Image.Image:
    file, box, _ = PHOTOGRAPHS[name]
    path = Path(skimage.__file__).parent / "data" / file
    return Image.open(path).convert("RGB").crop(box)


def array(name: str, width: int, height: int) -> np.ndarray:
    return np.asarray(photograph(name))[:height, :width]


def noise(shape: tuple[int, ...], seed: int, limit: int = 256, dtype: type = np.uint8) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, limit, shape).astype(dtype)


def colours(count: int, seed: int) -> np.ndarray:
    return noise((count, 3), seed)


def alpha_ramp(width: int, height: int) -> np.ndarray:
    """All alphas from clear to opaque, with both ends along two edges."""
    ramp = (np.arange(width)[None, :] * 7 + np.arange(height)[:, None] * 11) % 256
    ramp[0, :], ramp[:, 0] = 0, 255
    return ramp.astype(np.uint8)


def saved(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def cjpeg(image: Image.Image, *options: str) -> bytes:
    """libjpeg-turbo's own compressor, for what Pillow's does not offer."""
    return subprocess.run(["cjpeg", *options], input=saved(image, "PPM"), stdout=subprocess.PIPE, check=True).stdout


def with_adobe_transform(jpeg: bytes, transform: int) -> bytes:
    """The file with its Adobe marker's colour transform replaced."""
    at = jpeg.index(b"\xff\xee\x00\x0eAdobe")
    return jpeg[: at + 15] + bytes([transform]) + jpeg[at + 16 :]


def jpeg() -> Pictures:
    for name in PHOTOGRAPHS:
        yield f"{name}-420.jpg", saved(photograph(name), "JPEG", quality=80, subsampling="4:2:0")
    odd = photograph("astronaut").crop((40, 10, 127, 83))
    for sampling in ("4:4:4", "4:2:2", "4:2:0"):
        for progressive in (False, True):
            kind = "progressive" if progressive else "baseline"
            name = f"{kind}-{sampling.replace(':', '')}-87x73.jpg"
            yield name, saved(odd, "JPEG", quality=85, subsampling=sampling, progressive=progressive)
    yield "baseline-440-87x73.jpg", cjpeg(odd, "-quality", "85", "-sample", "1x2")
    yield "progressive-440-87x73.jpg", cjpeg(odd, "-quality", "85", "-sample", "1x2", "-progressive")
    yield "baseline-411-87x73.jpg", cjpeg(odd, "-quality", "85", "-sample", "4x1")
    yield "baseline-410-87x73.jpg", cjpeg(odd, "-quality", "85", "-sample", "4x2")
    yield "arithmetic-87x73.jpg", cjpeg(odd, "-quality", "85", "-arithmetic")
    yield "restarts-87x73.jpg", cjpeg(odd, "-quality", "85", "-restart", "2B")
    yield "rgb-87x73.jpg", cjpeg(odd, "-quality", "90", "-rgb")
    yield "quality-5.jpg", saved(odd, "JPEG", quality=5)
    yield "quality-100.jpg", saved(odd.crop((0, 0, 33, 31)), "JPEG", quality=100, subsampling="4:2:0")
    yield "grey-87x73.jpg", saved(odd.convert("L"), "JPEG", quality=85)
    for size in ((1, 1), (1, 17), (17, 1), (2, 2), (3, 5), (8, 8), (9, 16), (16, 9), (15, 33)):
        crop = odd.crop((10, 10, 10 + size[0], 10 + size[1]))
        yield f"size-{size[0]}x{size[1]}.jpg", saved(crop, "JPEG", quality=90, subsampling="4:2:0")
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "exif-orientation-6.jpg", saved(odd, "JPEG", quality=85, exif=exif)
    inked = saved(odd.convert("CMYK"), "JPEG", quality=85)
    yield "cmyk-adobe.jpg", inked
    yield "ycck-adobe.jpg", with_adobe_transform(inked, 2)
    at = inked.index(b"\xff\xee\x00\x0eAdobe")
    yield "cmyk-without-adobe.jpg", inked[:at] + inked[at + 16 :]
    yield "junk-after-end.jpg", saved(odd, "JPEG", quality=50) + b"\x00" * 40 + b"<html>"


def png() -> Pictures:
    photo = array("coffee", 61, 43)
    grey = np.asarray(photograph("coffee").convert("L"))[:43, :61, None]
    alpha = alpha_ramp(61, 43)[:, :, None]
    wide = photo.astype(np.uint16) * 256 + noise(photo.shape, 1)
    wide_grey = grey.astype(np.uint16) * 5
    wide_alpha = alpha.astype(np.uint16) * 257
    with_alpha = np.concatenate([photo, alpha], axis=2)
    grey_with_alpha = np.concatenate([grey, alpha], axis=2)
    for interlaced in (False, True):
        suffix = "-interlaced" if interlaced else ""
        for depth in (1, 2, 4):
            yield f"grey-{depth}{suffix}.png", writers.png(grey >> (8 - depth), depth, 0, interlaced=interlaced)
            table = colours(1 << depth, depth).tobytes()
            yield f"palette-{depth}{suffix}.png", writers.png(grey >> (8 - depth), depth, 3, palette=table, interlaced=interlaced)
        yield f"grey-8{suffix}.png", writers.png(grey, 8, 0, interlaced=interlaced)
        yield f"grey-16{suffix}.png", writers.png(wide_grey, 16, 0, interlaced=interlaced)
        yield f"rgb-8{suffix}.png", writers.png(photo, 8, 2, interlaced=interlaced)
        yield f"rgb-16{suffix}.png", writers.png(wide, 16, 2, interlaced=interlaced)
        yield f"palette-8{suffix}.png", writers.png(grey, 8, 3, palette=colours(256, 8).tobytes(), interlaced=interlaced)
        yield f"grey-alpha-8{suffix}.png", writers.png(grey_with_alpha, 8, 4, interlaced=interlaced)
        wide_pair = np.concatenate([grey.astype(np.uint16) * 257, wide_alpha], axis=2)
        yield f"grey-alpha-16{suffix}.png", writers.png(wide_pair, 16, 4, interlaced=interlaced)
        yield f"rgba-8{suffix}.png", writers.png(with_alpha, 8, 6, interlaced=interlaced)
        yield f"rgba-16{suffix}.png", writers.png(np.concatenate([wide, wide_alpha], axis=2), 16, 6, interlaced=interlaced)
    short = colours(100, 9)
    yield "palette-short.png", writers.png(grey % 100, 8, 3, palette=short.tobytes())
    yield "palette-index-beyond.png", writers.png(grey % 120, 8, 3, palette=short.tobytes())
    yield "palette-alpha.png", writers.png(grey % 100, 8, 3, palette=short.tobytes(), transparency=bytes(range(0, 200, 2)))
    yield "palette-one-transparent.png", writers.png(grey % 100, 8, 3, palette=short.tobytes(), transparency=b"\xff\xff\x00\xff")
    yield "grey-transparent.png", writers.png(grey, 8, 0, transparency=b"\x00\x80")
    yield "grey-16-transparent.png", writers.png(wide_grey, 16, 0, transparency=b"\x00\x80")
    yield "rgb-transparent.png", writers.png(photo, 8, 2, transparency=bytes([0, photo[3, 3, 0], 0, photo[3, 3, 1], 0, photo[3, 3, 2]]))
    yield "rgb-in-many-parts.png", writers.png(photo, 8, 2, parts=37)
    other = writers.png_chunk(b"gAMA", (22727).to_bytes(4, "big")) + writers.png_chunk(b"tEXt", b"Comment\0not a pixel")
    yield "rgb-gamma-and-text.png", writers.png(photo, 8, 2, extra=other)
    for size in ((1, 1), (1, 9), (9, 1), (4, 4), (5, 3)):
        crop = photo[: size[1], : size[0]]
        yield f"size-{size[0]}x{size[1]}-interlaced.png", writers.png(crop, 8, 2, interlaced=True)
    frames = [Image.fromarray(photo), Image.fromarray(photo[::-1].copy())]
    yield "animated.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100)
    yield "animated-behind-default.png", saved(frames[0], "PNG", save_all=True, append_images=frames[1:], default_image=True)


def webp() -> Pictures:
    photo = photograph("chelsea")
    alpha = Image.fromarray(alpha_ramp(*photo.size))
    with_alpha = photo.copy()
    with_alpha.putalpha(alpha)
    yield "lossy.webp", saved(photo, "WEBP", quality=80, method=4)
    yield "lossy-quality-10.webp", saved(photograph("astronaut"), "WEBP", quality=10, method=4)
    yield "lossy-quality-100.webp", saved(photo, "WEBP", quality=100, method=4)
    yield "lossy-astronaut.webp", saved(photograph("astronaut"), "WEBP", quality=75, method=6)
    yield "lossy-rocket.webp", saved(photograph("rocket"), "WEBP", quality=60, method=2)
    yield "lossless.webp", saved(photo, "WEBP", lossless=True)
    yield "lossy-alpha.webp", saved(with_alpha, "WEBP", quality=80)
    yield "lossy-alpha-coarse.webp", saved(with_alpha, "WEBP", quality=50, alpha_quality=30)
    yield "lossless-alpha.webp", saved(with_alpha, "WEBP", lossless=True, exact=True)
    yield "lossless-palette.webp", saved(photo.quantize(13).convert("RGB"), "WEBP", lossless=True)
    yield "lossless-grey.webp", saved(photo.convert("L").convert("RGB"), "WEBP", lossless=True)
    exif = Image.Exif()
    exif[0x0112] = 8
    yield "lossy-exif.webp", saved(photo, "WEBP", quality=70, exif=exif)
    for size in ((1, 1), (2, 1), (1, 3), (7, 5), (16, 17)):
        yield f"size-{size[0]}x{size[1]}.webp", saved(photo.crop((0, 0, *size)), "WEBP", quality=85)
    frames = [photo.rotate(angle) for angle in (0, 30, 60)]
    yield "animated-lossy.webp", saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=50, quality=60)
    clear = [with_alpha, with_alpha.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    yield "animated-alpha.webp", saved(clear[0], "WEBP", save_all=True, append_images=clear[1:], duration=50, lossless=True)
    # A first frame smaller than its canvas, at (6, 4): 24-bit numbers of position / 2, size - 1, duration, flags.
    still = saved(with_alpha.crop((0, 0, 21, 17)), "WEBP", lossless=True, exact=True)
    frame = still[still.index(b"VP8L") :]
    place = b"".join(v.to_bytes(3, "little") for v in (3, 2, 20, 16, 100)) + b"\x00"
    extended = bytes([0x12, 0, 0, 0]) + (39).to_bytes(3, "little") + (29).to_bytes(3, "little")
    yield "animated-small-frame.webp", writers.riff([(b"VP8X", extended), (b"ANIM", b"\xff\x00\x00\xff\0\0"), (b"ANMF", place + frame)])


def gif() -> Pictures:
    photo = photograph("coffee").crop((0, 0, 59, 41))
    indices = np.asarray(photo.quantize(64, method=Image.Quantize.MEDIANCUT))
    table = colours(64, 64).tobytes()
    yield "global-palette.gif", writers.gif((59, 41), [writers.gif_frame(indices, 6)], palette=table)
    yield "local-palette.gif", writers.gif((59, 41), [writers.gif_frame(indices, 6, palette=table)])
    both = writers.gif_frame(indices, 6, palette=colours(64, 65).tobytes())
    yield "both-palettes.gif", writers.gif((59, 41), [both], palette=table)
    yield "no-palette.gif", writers.gif((59, 41), [writers.gif_frame(indices * 4, 8)])
    ramp = bytes(v for i in range(64) for v in (i, i, i))
    yield "grey-ramp-palette.gif", writers.gif((59, 41), [writers.gif_frame(indices, 6)], palette=ramp)
    yield "interlaced.gif", writers.gif((59, 41), [writers.gif_frame(indices, 6, interlaced=True)], palette=table)
    yield "transparent.gif", writers.gif((59, 41), [writers.gif_frame(indices, 6, transparent=7)], palette=table, background=3)
    inset = writers.gif_frame(indices[:20, :30], 6, at=(11, 7), transparent=5)
    yield "inset-transparent.gif", writers.gif((59, 41), [inset], palette=table, background=9)
    yield "inset.gif", writers.gif((59, 41), [writers.gif_frame(indices[:20, :30], 6, at=(11, 7))], palette=table, background=9)
    yield "beyond-screen.gif", writers.gif((30, 20), [writers.gif_frame(indices, 6, at=(4, 3))], palette=table)
    frames = [writers.gif_frame(indices, 6), writers.gif_frame(indices[::-1], 6)]
    yield "animated.gif", writers.gif((59, 41), frames, palette=table)
    comment = b"!\xfe" + writers.gif_blocks(b"c" * 300) + b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    yield "extensions.gif", writers.gif((59, 41), [writers.gif_frame(indices, 6)], palette=table, extensions=comment)
    yield "clear-codes.gif", writers.gif((59, 41), [writers.gif_frame(indices, 6, clear_every=50)], palette=table)
    yield "full-table.gif", writers.gif((90, 90), [writers.gif_frame(noise((90, 90), 5), 8)], palette=colours(256, 66).tobytes())
    yield "two-colours.gif", writers.gif((59, 41), [writers.gif_frame(indices & 1, 2)], palette=colours(2, 2).tobytes())
    yield "one-colour-run.gif", writers.gif((200, 100), [writers.gif_frame(np.zeros((100, 200), np.uint8), 2)], palette=table[:12])
    yield "index-beyond-palette.gif", writers.gif((59, 41), [writers.gif_frame(indices, 6)], palette=table[: 3 * 32])
    for size in ((1, 1), (1, 7), (7, 1)):
        part = writers.gif_frame(indices[: size[1], : size[0]], 6, interlaced=True)
        yield f"size-{size[0]}x{size[1]}.gif", writers.gif(size, [part], palette=table)


def bmp() -> Pictures:
    photo = array("rocket", 45, 31)
    grey = np.asarray(photograph("rocket").convert("L"))[:31, :45]
    blue_first = [row[:, ::-1].tobytes() for row in photo]
    yield "rgb-24.bmp", writers.bmp(blue_first, 45, 24)
    yield "rgb-24-top-down.bmp", writers.bmp(blue_first, 45, 24, top_down=True)
    yield "rgb-24-os2.bmp", writers.bmp(blue_first, 45, 24, header_size=12)
    alpha = alpha_ramp(45, 31)[:, :, None]
    four = np.concatenate([photo[:, :, ::-1], alpha], axis=2)
    rows = [row.tobytes() for row in four]
    yield "rgb-32.bmp", writers.bmp(rows, 45, 32)
    straight = (0xFF0000, 0xFF00, 0xFF)
    yield "rgb-32-masks.bmp", writers.bmp(rows, 45, 32, masks=(*straight, 0), header_size=56)
    yield "rgba-32-masks.bmp", writers.bmp(rows, 45, 32, masks=(*straight, 0xFF000000), header_size=108)
    yield "rgba-32-version-5.bmp", writers.bmp(rows, 45, 32, masks=(*straight, 0xFF000000), header_size=124)
    yield "rgba-32-swapped.bmp", writers.bmp(rows, 45, 32, masks=(0xFF, 0xFF00, 0xFF0000, 0xFF000000), header_size=108)
    yield "rgba-32-high.bmp", writers.bmp(rows, 45, 32, masks=(0xFF000000, 0xFF0000, 0xFF00, 0xFF), header_size=108)
    yield "rgb-32-high.bmp", writers.bmp(rows, 45, 32, masks=(0xFF000000, 0xFF0000, 0xFF00, 0), header_size=108)
    yield "rgba-32-zero-masks.bmp", writers.bmp(rows, 45, 32, masks=(0, 0, 0, 0), header_size=108)
    words = noise((31, 45), 4, 65536, np.uint16)
    rows = [row.tobytes() for row in words]
    yield "rgb-16-555.bmp", writers.bmp(rows, 45, 16)
    yield "rgb-16-565.bmp", writers.bmp(rows, 45, 16, masks=(0xF800, 0x7E0, 0x1F))
    yield "rgb-16-555-masks.bmp", writers.bmp(rows, 45, 16, masks=(0x7C00, 0x3E0, 0x1F))
    for bits in (1, 4, 8):
        table = [tuple(int(v) for v in c) for c in colours(1 << bits, bits)]
        rows = [writers.packed_row(row >> (8 - bits), bits) for row in grey]
        yield f"palette-{bits}.bmp", writers.bmp(rows, 45, bits, palette=table)
    table = [tuple(int(v) for v in c) for c in colours(100, 5)]
    yield "palette-8-short.bmp", writers.bmp([(row % 110).tobytes() for row in grey], 45, 8, palette=table)
    os2 = [tuple(int(v) for v in c) for c in colours(256, 6)]
    yield "palette-8-os2.bmp", writers.bmp([row.tobytes() for row in grey], 45, 8, palette=os2, header_size=12)
    ramp = [(i, i, i) for i in range(256)]
    yield "grey-8.bmp", writers.bmp([row.tobytes() for row in grey], 45, 8, palette=ramp)
    bilevel = [writers.packed_row(row >> 7, 1) for row in grey]
    yield "bilevel.bmp", writers.bmp(bilevel, 45, 1, palette=[(0, 0, 0), (255, 255, 255)])
    yield "bilevel-inverted.bmp", writers.bmp(bilevel, 45, 1, palette=[(255, 255, 255), (0, 0, 0)])
    # Run lengths, bottom row first: runs, a literal of odd length, end of line, a jump, the rest in runs.
    table = [tuple(int(v) for v in c) for c in colours(256, 7)]
    row8 = b"\x0a\x05\x00\x05\x01\x02\x03\x04\x05\x00\x05\xc8\x00\x00"
    runs = row8 * 9 + b"\x03\x09\x00\x02\x05\x01" + b"\x0c\x07\x00\x00" + row8 * 4 + b"\x00\x01"
    yield "run-length-8.bmp", writers.bmp([], 20, 8, palette=table, compression=1, data=runs, height=15)
    row4 = b"\x07\x4a\x00\x05\x12\x34\x50\x00\x08\xb7\x00\x00"
    yield "run-length-4.bmp", writers.bmp([], 20, 4, palette=table[:16], compression=2, data=row4 * 11 + b"\x00\x01", height=11)


def tiff() -> Pictures:
    photo = array("astronaut", 53, 37)
    grey = np.asarray(photograph("astronaut").convert("L"))[:37, :53, None]
    alpha = alpha_ramp(53, 37)[:, :, None]
    wide = photo.astype(np.uint16) * 251 + 3
    with_alpha = np.concatenate([photo, alpha], axis=2)
    premultiplied = np.concatenate([(photo.astype(np.uint16) * alpha // 255).astype(np.uint8), alpha], axis=2)
    inks = np.asarray(photograph("astronaut").convert("CMYK"))[:37, :53].copy()
    inks[:, :, 3] = alpha[:, :, 0] // 2
    packings = {"raw": writers.UNCOMPRESSED, "deflate": writers.DEFLATE, "packbits": writers.PACKBITS}
    for name, packing in packings.items():
        yield f"rgb-8-{name}.tif", writers.tiff(photo, 2, compression=packing, rows_per_strip=10)
        yield f"grey-8-{name}.tif", writers.tiff(grey, 1, compression=packing)
        yield f"cmyk-8-{name}.tif", writers.tiff(inks, 5, compression=packing)
    yield "rgb-8-lzw.tif", saved(Image.fromarray(photo), "TIFF", compression="tiff_lzw")
    yield "rgb-8-jpeg.tif", saved(Image.fromarray(photo), "TIFF", compression="jpeg", quality=85)
    yield "grey-8-jpeg.tif", saved(Image.fromarray(grey[:, :, 0]), "TIFF", compression="jpeg", quality=85)
    yield "ycbcr-8-jpeg.tif", saved(Image.fromarray(photo).convert("YCbCr"), "TIFF", compression="jpeg", quality=85)
    yield "ycbcr-8-lzw.tif", saved(Image.fromarray(photo).convert("YCbCr"), "TIFF", compression="tiff_lzw", tiffinfo={530: (1, 1)})
    yield "bilevel-group-3.tif", saved(Image.fromarray(grey[:, :, 0]).convert("1"), "TIFF", compression="group3")
    yield "bilevel-group-4.tif", saved(Image.fromarray(grey[:, :, 0]).convert("1"), "TIFF", compression="group4")
    yield "rgba-8-lzw.tif", saved(Image.fromarray(with_alpha), "TIFF", compression="tiff_lzw")
    for bits in (1, 2, 4):
        yield f"grey-{bits}.tif", writers.tiff(grey >> (8 - bits), 1, bits=bits)
        yield f"grey-{bits}-inverted.tif", writers.tiff(grey >> (8 - bits), 0, bits=bits, compression=writers.DEFLATE)
        table = colours(1 << bits, bits).astype(np.uint16) * 257
        yield f"palette-{bits}.tif", writers.tiff(grey >> (8 - bits), 3, bits=bits, colormap=table)
    yield "grey-8-inverted.tif", writers.tiff(grey, 0)
    yield "grey-8-bits-reversed.tif", writers.tiff(grey, 1, fill_order=2)
    yield "grey-1-bits-reversed.tif", writers.tiff(grey >> 7, 1, bits=1, fill_order=2, compression=writers.DEFLATE)
    yield "palette-8.tif", writers.tiff(grey, 3, colormap=noise((256, 3), 1, 65536, np.uint16))
    pair = np.concatenate([grey, alpha], axis=2)
    yield "palette-8-alpha.tif", writers.tiff(pair, 3, extra_samples=(2,), colormap=noise((256, 3), 2, 65536, np.uint16))
    yield "grey-8-alpha.tif", writers.tiff(pair, 1, extra_samples=(2,))
    yield "grey-8-unspecified.tif", writers.tiff(pair, 1, extra_samples=(0,))
    for order in ("little", "big"):
        big = order == "big"
        yield f"rgb-16-{order}.tif", writers.tiff(wide, 2, bits=16, big_endian=big)
        yield f"rgb-16-{order}-deflate.tif", writers.tiff(wide, 2, bits=16, big_endian=big, compression=writers.DEFLATE)
        yield f"grey-16-{order}.tif", writers.tiff(grey.astype(np.uint16) * 3, 1, bits=16, big_endian=big)
        yield f"grey-16-{order}-deflate.tif", writers.tiff(grey.astype(np.uint16) * 3, 1, bits=16, big_endian=big, compression=8)
        signed = (grey.astype(np.int16) - 60) * 2
        yield f"grey-16-signed-{order}.tif", writers.tiff(signed, 1, bits=16, big_endian=big, sample_format=2)
        yield f"grey-32-signed-{order}.tif", writers.tiff(signed.astype(np.int32) * 3, 1, bits=32, big_endian=big, sample_format=2)
        yield f"grey-float-{order}.tif", writers.tiff(signed.astype(np.float32) * 1.7, 1, bits=32, big_endian=big, sample_format=3)
        yield f"rgb-8-{order}.tif", writers.tiff(photo, 2, big_endian=big)
    yield "grey-32-unsigned.tif", writers.tiff(noise((20, 20, 1), 3, 2**32, np.uint32) >> 20, 1, bits=32, sample_format=1)
    yield "grey-16-inverted.tif", writers.tiff(grey.astype(np.uint16) * 3, 0, bits=16)
    yield "rgba-8.tif", writers.tiff(with_alpha, 2, extra_samples=(2,))
    yield "rgba-8-undeclared.tif", writers.tiff(with_alpha, 2)
    yield "rgba-8-premultiplied.tif", writers.tiff(premultiplied, 2, extra_samples=(1,))
    yield "rgbx-8.tif", writers.tiff(with_alpha, 2, extra_samples=(0,), compression=writers.DEFLATE)
    yield "rgbax-8.tif", writers.tiff(np.concatenate([with_alpha, alpha], axis=2), 2, extra_samples=(2, 0))
    wide_alpha = np.concatenate([wide, alpha.astype(np.uint16) * 257], axis=2)
    yield "rgba-16.tif", writers.tiff(wide_alpha, 2, bits=16, extra_samples=(2,))
    yield "rgba-16-premultiplied.tif", writers.tiff(wide_alpha, 2, bits=16, extra_samples=(1,), compression=writers.DEFLATE)
    yield "cmyk-16.tif", writers.tiff(inks.astype(np.uint16) * 257, 5, bits=16)
    yield "cmykx-8.tif", writers.tiff(np.concatenate([inks, alpha], axis=2), 5, extra_samples=(0,))
    yield "rgb-8-separate.tif", writers.tiff(photo, 2, separate=True, rows_per_strip=9)
    yield "rgb-8-separate-deflate.tif", writers.tiff(photo, 2, separate=True, rows_per_strip=9, compression=writers.DEFLATE)
    yield "rgb-16-separate-deflate.tif", writers.tiff(wide, 2, bits=16, separate=True, compression=writers.DEFLATE)
    yield "rgba-8-separate-tiled.tif", writers.tiff(with_alpha, 2, separate=True, tile=(32, 16), extra_samples=(2,), compression=8)
    yield "rgb-8-tiled.tif", writers.tiff(photo, 2, tile=(16, 16))
    yield "rgb-8-tiled-deflate.tif", writers.tiff(photo, 2, tile=(32, 16), compression=writers.DEFLATE)
    yield "grey-8-tiled-deflate.tif", writers.tiff(grey, 1, tile=(16, 32), compression=writers.DEFLATE)
    yield "rgb-8-predictor.tif", writers.tiff(photo, 2, compression=writers.DEFLATE, predictor=True)
    yield "rgb-16-predictor.tif", writers.tiff(wide, 2, bits=16, compression=writers.DEFLATE, predictor=True)
    yield "rgb-8-bigtiff.tif", writers.tiff(photo, 2, big=True, compression=writers.DEFLATE)
    for orientation in range(2, 9):
        yield f"orientation-{orientation}.tif", writers.tiff(photo[:11, :17], 2, orientation=orientation)
    yield "orientation-6-deflate.tif", writers.tiff(photo[:11, :17], 2, orientation=6, compression=writers.DEFLATE)
    pages = [Image.fromarray(photo[:11, :17]), Image.fromarray(photo[::-1][:11, :17].copy())]
    yield "two-pages.tif", saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])


FORMATS = {"jpeg": jpeg, "png": png, "webp": webp, "gif": gif, "bmp": bmp, "tiff": tiff}
