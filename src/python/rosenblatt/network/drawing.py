"""A drawing of a network as SVG: neurons as circles, weights as lines."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt

Place = tuple[float, float]

_RADIUS, _ROW, _COLUMN, _MARGIN, _CAPTION = 11, 32, 140, 24, 34
_POSITIVE, _NEGATIVE, _NEURON = "#c0392b", "#2471a3", "#f4f6f7"


def _drawn(width: int, most: int) -> list[int | None]:
    """Return the neurons of a layer to draw, from the top; None marks the place of the neurons that are left out."""
    if width <= most:
        return list(range(width))
    return [*range(most - 1), None, width - 1]


def _edges(weights: npt.NDArray[Any], layer: int, start: dict[int, Place], end: dict[int, Place]) -> list[str]:
    """Return the lines into one layer; the widest line is that of the largest weight."""
    largest = float(np.abs(weights).max()) or 1.0
    lines = []
    for i, (x1, y1) in start.items():
        for j, (x2, y2) in end.items():
            w = float(weights[i, j])
            size = abs(w) / largest
            lines.append(
                f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{_NEGATIVE if w < 0 else _POSITIVE}"'
                f' stroke-width="{0.3 + 2.2 * size:.2f}" stroke-opacity="{0.15 + 0.85 * size:.2f}">'
                f"<title>weights[{layer}][{i}, {j}] = {w:.6g}</title></line>"
            )
    return lines


def draw(
    weights: Sequence[npt.NDArray[Any]], biases: Sequence[npt.NDArray[Any]], captions: Sequence[str], most: int
) -> str:
    """Return the drawing; a layer of more than ``most`` neurons shows the first ones, an ellipsis and the last one.

    ``captions`` has a line of text for the inputs and for each layer.
    """
    widths = [weights[0].shape[0], *(array.shape[1] for array in weights)]
    columns = [_drawn(width, most) for width in widths]
    height = _MARGIN + max(map(len, columns)) * _ROW + _CAPTION
    width = 2 * _MARGIN + (len(columns) - 1) * _COLUMN + 2 * _RADIUS + 2 * _MARGIN
    places: list[dict[int, Place]] = []
    dots: list[Place] = []
    for layer, column in enumerate(columns):
        x = 2.0 * _MARGIN + _RADIUS + layer * _COLUMN
        top = (height - _CAPTION - len(column) * _ROW + _ROW) / 2
        places.append({})
        for row, neuron in enumerate(column):
            if neuron is None:
                dots.append((x, top + row * _ROW))
            else:
                places[-1][neuron] = (x, top + row * _ROW)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="11" text-anchor="middle">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for layer, array in enumerate(weights):
        parts += _edges(array, layer, places[layer], places[layer + 1])
    for layer, neurons in enumerate(places):
        for i, (x, y) in neurons.items():
            title = f"input {i}" if layer == 0 else f"biases[{layer - 1}][{i}] = {float(biases[layer - 1][i]):.6g}"
            parts.append(
                f'<circle cx="{x:g}" cy="{y:g}" r="{_RADIUS}" fill="{_NEURON}" stroke="#34495e">'
                f"<title>{title}</title></circle>"
            )
    for x, y in dots:
        parts.append(f'<text x="{x:g}" y="{y + 6:g}" font-size="20">&#8942;</text>')
    for layer, caption in enumerate(captions):
        x = 2.0 * _MARGIN + _RADIUS + layer * _COLUMN
        parts.append(f'<text x="{x:g}" y="{height - 20}">{widths[layer]}</text>')
        parts.append(f'<text x="{x:g}" y="{height - 6}" fill="#566573">{escape(caption)}</text>')
    return "\n".join([*parts, "</svg>"])
