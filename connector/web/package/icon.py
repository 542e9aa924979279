"""The icon, drawn here so that no picture has to be trusted: bars that rise to a lead that stands out.

230 pixels square, the drawing about 160, the background the brand's colour to the very corners.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache

BRAND_COLOR = "#0b6e4f"
SIZE = 230
_WHITE = (255, 255, 255)
_GOLD = (255, 200, 61)
_BARS = ((35, 150, 40), (95, 115, 40), (155, 90, 40))  # left, top, width
_BOTTOM = 195
_DOT = (175, 58, 23)  # centre and radius of what stands out
_FINE = 4  # parts of a pixel each way, so that the circle's edge is smooth


@cache
def icon() -> bytes:
    """The icon as PNG."""
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    data = b"".join(b"\x00" + bytes(part for pixel in row for part in pixel) for row in pixels())
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(data, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


@cache
def pixels() -> list[list[tuple[int, int, int]]]:
    """Rows of red, green and blue."""
    return [[_pixel(x, y) for x in range(SIZE)] for y in range(SIZE)]


def _pixel(x: int, y: int) -> tuple[int, int, int]:
    ground = (int(BRAND_COLOR[1:3], 16), int(BRAND_COLOR[3:5], 16), int(BRAND_COLOR[5:7], 16))
    if any(left <= x < left + width and top <= y < _BOTTOM for left, top, width in _BARS):
        return _WHITE
    covered = _covered(x, y)
    red, green, blue = (
        (dot * covered + base * (_FINE**2 - covered)) // _FINE**2 for dot, base in zip(_GOLD, ground, strict=True)
    )
    return red, green, blue


def _covered(x: int, y: int) -> int:
    """How many of the pixel's parts lie in the circle."""
    centre_x, centre_y, radius = _DOT
    if max(abs(x - centre_x), abs(y - centre_y)) > radius + 1:
        return 0
    return sum(
        (_FINE * (x - centre_x) + a) ** 2 + (_FINE * (y - centre_y) + b) ** 2 <= (_FINE * radius) ** 2
        for a in range(_FINE)
        for b in range(_FINE)
    )
