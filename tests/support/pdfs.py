"""Looks into a PDF: what a reader shows, what a screen reader is told, and whether the file brings its fonts along."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pypdf import PdfReader


@dataclass
class Opened:
    content: bytes

    @cached_property
    def reader(self) -> PdfReader:
        return PdfReader(io.BytesIO(self.content))

    @property
    def root(self) -> Any:  # noqa: ANN401  # any PDF object
        return self.reader.trailer["/Root"]

    @property
    def title(self) -> str | None:
        return self.reader.metadata.title if self.reader.metadata else None

    @property
    def language(self) -> str:
        return str(self.root["/Lang"])

    @property
    def is_tagged(self) -> bool:
        return bool(self.root["/MarkInfo"]["/Marked"]) and "/StructTreeRoot" in self.root

    @property
    def promises(self) -> str:
        """What the file says of itself, as XML."""
        return str(self.root["/Metadata"].get_object().get_data().decode())

    @cached_property
    def pages(self) -> list[str]:
        return [page.extract_text() for page in self.reader.pages]

    @cached_property
    def text(self) -> str:
        """In one line: where a line ends is the page's business."""
        return " ".join(" ".join(self.pages).split())

    def tags(self) -> list[str]:
        return list(_tags(self.root["/StructTreeRoot"]["/K"]))

    def fonts(self) -> dict[str, bool]:
        """By name, whether the file has it inside."""
        found = {}
        for page in self.reader.pages:
            resources: Any = page["/Resources"].get_object()
            for font in resources.get("/Font", {}).values():
                inner = font.get_object()["/DescendantFonts"][0].get_object()
                found[str(inner["/BaseFont"])] = bool(
                    {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
                )
        return found


def _tags(node: Any) -> Iterator[str]:  # noqa: ANN401  # any PDF object
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            yield from _tags(one)
    elif isinstance(node, dict):
        if "/S" in node:
            yield str(node["/S"])
        yield from _tags(node.get("/K", []))
