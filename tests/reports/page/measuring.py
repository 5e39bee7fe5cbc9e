"""Ink on paper: a PDF's pages as pictures, measured in millimetres from the upper left corner."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

DPI = 300
MM = 25.4 / DPI
Mask: TypeAlias = NDArray[np.bool_]


def pictures(pdf: bytes, folder: Path) -> list[NDArray[np.int16]]:
    """Every page as rows x columns x red, green, blue."""
    source = folder / "measured.pdf"
    source.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(DPI), "-png", str(source), str(folder / "page")], check=True)
    return [
        np.asarray(Image.open(BytesIO(path.read_bytes())).convert("RGB")).astype(np.int16)
        for path in sorted(folder.glob("page*.png"))
    ]


def black(picture: NDArray[np.int16]) -> Mask:
    return np.asarray(picture.max(axis=2) < 140)


def red(picture: NDArray[np.int16]) -> Mask:
    return np.asarray((picture[:, :, 0] > 150) & (picture[:, :, 1] < 110) & (picture[:, :, 2] < 110))


def bands(inked: Mask, *, gap_mm: float = 0) -> list[tuple[float, float]]:
    """Where `inked`, one truth per pixel, is true: (begin, end) in mm; gaps up to `gap_mm` are bridged."""
    places = np.flatnonzero(inked)
    if not len(places):
        return []
    breaks = np.flatnonzero(np.diff(places) * MM > gap_mm + MM)
    begins = [places[0], *places[breaks + 1]]
    ends = [*places[breaks], places[-1]]
    return [(float(begin * MM), float((end + 1) * MM)) for begin, end in zip(begins, ends, strict=True)]


def between(mask: Mask, top: float, bottom: float) -> Mask:
    """`mask` with nothing outside the rows from `top` to `bottom` mm."""
    kept = np.zeros_like(mask)
    rows = slice(int(top / MM), int(bottom / MM))
    kept[rows] = mask[rows]
    return kept


def box(mask: Mask) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of the ink in mm."""
    across, down = bands(np.asarray(mask.any(axis=0))), bands(np.asarray(mask.any(axis=1)))
    return across[0][0], down[0][0], across[-1][1], down[-1][1]


def rules(mask: Mask) -> list[tuple[float, float]]:
    """The horizontal rules as wide as the type area: (top, bottom) in mm."""
    return bands(np.asarray(mask[:, int(29 / MM) : int(183 / MM)].mean(axis=1) > 0.97))
