"""A page of HTML as its texts and attributes."""

from __future__ import annotations

from html.parser import HTMLParser

from attrs import define, field

EMPTY_TAGS = {"meta", "br", "col", "link", "rect", "circle", "line", "path", "hr", "img"}


@define
class Page(HTMLParser):
    """A page as its texts and attributes. `own` is what does not stand in elements that are not to be translated."""

    texts: list[str] = field(factory=list)
    attributes: list[tuple[str, str, str]] = field(factory=list)
    own: list[str] = field(factory=list)
    unclosed: list[str] = field(factory=list)
    _open: list[tuple[str, bool]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in EMPTY_TAGS:
            foreign = dict(attrs).get("translate") == "no" or (bool(self._open) and self._open[-1][1])
            self._open.append((tag, foreign))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            self.unclosed.append(tag)
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] == "style":
            return
        text = " ".join(data.split())
        if text:
            self.texts.append(text)
            if not (self._open and self._open[-1][1]):
                self.own.append(text)

    @classmethod
    def of(cls, text: str) -> Page:
        page = cls()
        page.feed(text)
        page.close()
        page.unclosed += [tag for tag, _ in page._open]
        return page
