"""Short clips of every kind that the tests read, made with Debian's ffmpeg 5.1, and files that must be refused."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

RUN = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", "-threads", "1"]
SAME_EACH_TIME = ["-fflags", "+bitexact", "-flags", "+bitexact"]
X264 = ["-c:v", "libx264", "-threads", "1", "-pix_fmt", "yuv420p", "-crf", "30"]
X265 = ["-c:v", "libx265", "-crf", "32", "-x265-params", "log-level=error:pools=1:frame-threads=1:keyint=15:open-gop=1"]
VPX = ["-threads", "1", "-row-mt", "0", "-b:v", "60k"]


def scene(width: int, height: int, rate: int) -> list[str]:
    return ["-f", "lavfi", "-i", f"testsrc2=size={width}x{height}:rate={rate}"]


# name -> arguments; {name} stands for an earlier clip. The comment says what is tried.
CLIPS: dict[str, list[str]] = {
    # B-frames, constant rate, several keyframes, and an edit list that only shifts the start.
    "h264-bframes.mp4": [*scene(96, 64, 25), "-t", "4", *X264, "-bf", "3", "-g", "30"],
    # Every frame for 0.8 seconds, then every third: the average is neither rate.
    "variable-rate.mp4": [
        *scene(96, 64, 25), "-t", "4", *X264, "-bf", "2", "-g", "20", "-vf", "select='not(mod(n,3))+lt(n,20)'", "-vsync", "vfr",
    ],
    # An edit list that hides 18 frames between the keyframe and the start.
    "edit-list.mp4": ["-ss", "0.7", "-i", "{h264-bframes.mp4}", "-c", "copy", "-t", "2"],
    "rotated-90.mp4": ["-i", "{plain.mp4}", "-c", "copy", "-metadata:s:v:0", "rotate=90"],
    "rotated-180.mp4": ["-i", "{plain.mp4}", "-c", "copy", "-metadata:s:v:0", "rotate=180"],
    "rotated-270.mp4": ["-i", "{plain.mp4}", "-c", "copy", "-metadata:s:v:0", "rotate=270"],
    "sound.mov": [
        *scene(96, 64, 10), "-f", "lavfi", "-i", "sine=440", "-t", "3", *X264, "-c:a", "aac", "-b:a", "16k",
    ],
    "one-frame.mp4": [*scene(96, 64, 25), "-frames:v", "1", *X264],
    "three-frames.mp4": [*scene(96, 64, 25), "-frames:v", "3", *X264],
    "fragments.mp4": [*scene(96, 64, 12), "-t", "3", *X264, "-g", "12", "-movflags", "frag_keyframe+empty_moov"],
    "vp9.webm": [*scene(96, 64, 15), "-t", "3", "-c:v", "libvpx-vp9", *VPX, "-g", "20"],
    "vp9-odd-height.webm": [*scene(98, 66, 10), "-vf", "crop=98:65:0:0:exact=1,format=yuv420p", "-t", "2", "-c:v", "libvpx-vp9", *VPX],
    "vp8.webm": [*scene(96, 64, 15), "-t", "2", "-c:v", "libvpx", *VPX],
    # Open groups of pictures: frames before a keyframe in time, after it in the file.
    "hevc.mkv": [*scene(96, 64, 15), "-t", "3", *X265],
    "hevc-10-bit.mp4": [*scene(96, 64, 15), "-t", "2", *X265, "-pix_fmt", "yuv420p10le"],
    "av1.mkv": [*scene(96, 64, 10), "-t", "2", "-c:v", "libaom-av1", "-cpu-used", "8", "-crf", "50", "-threads", "1"],
    "mpeg4-bframes.avi": [*scene(64, 48, 15), "-t", "3", "-c:v", "mpeg4", "-bf", "2", "-g", "12", "-q:v", "12"],
    "mjpeg.avi": [*scene(64, 48, 15), "-t", "2", "-c:v", "mjpeg", "-q:v", "12"],
    "bt709.mp4": [*scene(98, 66, 10), "-t", "2", *X264, "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"],
    "full-range.mp4": [*scene(98, 66, 10), "-t", "2", "-vf", "scale=out_range=full", *X264, "-color_range", "pc"],
    "chroma-444.mp4": [*scene(94, 62, 10), "-t", "2", "-c:v", "libx264", "-threads", "1", "-pix_fmt", "yuv444p", "-crf", "30"],
    "large.mp4": [*scene(320, 180, 10), "-t", "6", *X264, "-crf", "36", "-g", "25"],
    "animated.gif": [*scene(96, 64, 8), "-t", "2"],
    "animated.webp": [*scene(96, 64, 8), "-t", "2", "-c:v", "libwebp_anim", "-loop", "0", "-q:v", "40"],
    # Of a clip whose index stands first, two thirds.
    "index-first.mp4": ["-i", "{h264-bframes.mp4}", "-c", "copy", "-movflags", "+faststart"],
}  # fmt: skip

# Needed for other clips and not kept.
PASSING = {"plain.mp4": [*scene(96, 64, 10), "-t", "3", *X264, "-bf", "0"]}


def make(folder: Path, scratch: Path) -> list[Path]:
    """Makes the clips, in order."""
    places = {name: (scratch if name in PASSING else folder) / name for name in [*PASSING, *CLIPS]}
    for name, arguments in {**PASSING, **CLIPS}.items():
        filled = [str(places[a[1:-1]]) if a.startswith("{") else a for a in arguments]
        output = ["-threads", "1"] if name.endswith((".gif", ".webp")) else []
        subprocess.run([*RUN, *filled, *output, *SAME_EACH_TIME, str(places[name])], check=True)
    return [places[name] for name in CLIPS]


def boxes(data: bytes, kind: bytes) -> list[int]:
    """Where boxes of an MP4 of one kind begin, by their name."""
    found, start = [], 0
    while (start := data.find(kind, start)) >= 0:
        found.append(start - 4)
        start += 4
    return found


def patched(data: bytes, changes: dict[int, bytes]) -> bytes:
    changed = bytearray(data)
    for place, value in changes.items():
        changed[place : place + len(value)] = value
    return bytes(changed)


def longer_mp4(data: bytes) -> bytes:
    """The headers, and the edit list that goes before them, say that the video lasts a thousand times as long."""
    changes = {}
    for box in boxes(data, b"elst"):
        changes[box + 16] = struct.pack(">I", struct.unpack_from(">I", data, box + 16)[0] * 1000)
    for kind in (b"mvhd", b"mdhd"):
        for box in boxes(data, kind):
            place = box + 8 + 16
            changes[place] = struct.pack(">I", struct.unpack_from(">I", data, place)[0] * 1000)
    return patched(data, changes)


def longer_mp4_without_edits(data: bytes) -> bytes:
    """As above, and nothing puts it right: no edit list, and the table of times has a thousand times as many frames."""
    place = boxes(data, b"stts")[0] + 16
    more = {place: struct.pack(">I", struct.unpack_from(">I", data, place)[0] * 1000)}
    return longer_mp4(patched(data, more)).replace(b"elst", b"free")


def longer_matroska(data: bytes) -> bytes:
    """The segment's duration, a float of 8 bytes, times a thousand."""
    place = data.index(b"\x44\x89\x88") + 3
    return patched(data, {place: struct.pack(">d", struct.unpack_from(">d", data, place)[0] * 1000)})


def counted_avi(data: bytes, frames: int) -> bytes:
    """Another number of frames, in the main header and in the stream's."""
    return patched(data, {data.index(b"avih") + 8 + 16: struct.pack("<I", frames), data.index(b"strh") + 8 + 32: struct.pack("<I", frames)})


def huge_samples_mp4(data: bytes) -> bytes:
    """Four thousand million samples of one size: an index without bounds."""
    box = boxes(data, b"stsz")[0]
    return patched(data, {box + 12: struct.pack(">II", 1, 0xFFFFFFF0)})


def hostile(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Files that must be refused: name -> (the code of the error, bytes). Several codes are divided by `|`."""

    def clip(name: str) -> bytes:
        return (folder / name).read_bytes()

    first, webm, avi, gif, webp = clip("index-first.mp4"), clip("vp9.webm"), clip("mjpeg.avi"), clip("animated.gif"), clip("animated.webp")
    width = webm.index(b"\xb0\x81\x60\xba\x81\x40")
    playlist = b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n"
    return {
        "truncated.mp4": ("truncated", first[: len(first) * 2 // 3]),
        "header-only.mp4": ("truncated|empty|corrupt", first[: first.index(b"mdat") + 4]),
        "no-index.mp4": ("truncated|empty|corrupt", clip("h264-bframes.mp4")[: -len(first) // 4]),
        "truncated.webm": ("truncated", webm[: len(webm) // 2]),
        "truncated.avi": ("truncated", avi[: len(avi) // 2]),
        "truncated.gif": ("truncated|corrupt|fine", gif[: len(gif) // 2]),
        "truncated.webp": ("truncated", webp[: len(webp) // 2]),
        # FFmpeg puts the length right by the frames that the edit list finds.
        "longer.mp4": ("fine", longer_mp4(clip("h264-bframes.mp4"))),
        "longer-without-edits.mp4": ("truncated", longer_mp4_without_edits(clip("h264-bframes.mp4"))),
        "longer.webm": ("truncated", longer_matroska(webm)),
        "longer.avi": ("truncated", counted_avi(avi, 1_000_000)),
        "huge-samples.mp4": ("truncated|empty|outOfMemory", huge_samples_mp4(first)),
        # The stream itself says how large its frames are, and is believed.
        "huge-canvas.webm": ("fine", patched(webm, {width: b"\xb0\x82\xff\xff\xba\x40"})),
        "huge-canvas.gif": ("tooManyPixels|corrupt", patched(gif, {6: b"\xff\xff\xff\xff"})),
        "no-bytes.mp4": ("empty", b""),
        "text.mp4": ("unrecognizedFormat", b"This is not a video.\n" * 40),
        "playlist.mp4": ("unsupportedFormat", playlist),
        "concat.mp4": ("unsupportedFormat", b"ffconcat version 1.0\nfile /etc/passwd\n"),
        "presentation.mp4": ("unsupportedFormat", b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>'),
        "picture.mp4": ("unsupportedFormat", b"\x89PNG\r\n\x1a\n" + bytes(60)),
        "brand-only.mp4": ("truncated|empty|corrupt", b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"),
        "matroska-only.mkv": ("truncated|empty|corrupt", b"\x1a\x45\xdf\xa3\x80" + bytes(40)),
        "riff-only.avi": ("truncated|empty|corrupt", b"RIFF\x04\x00\x00\x00AVI "),
        "zeros.mp4": ("corrupt|empty|truncated", first[: first.index(b"mdat") + 4] + bytes(len(first) - first.index(b"mdat") - 4)),
    }
