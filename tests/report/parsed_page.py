"""A page of HTML taken apart, for the tests of the report."""

import base64
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
ADDRESSES = {"src", "href", "srcset", "action", "formaction", "poster", "data", "background", "cite", "ping"}
OCCUPANCY_FIGURES = ["curves", "forest", "pair", "priors", "predictive", "attainment"]
"""The figures of a report whose evidence is occupancies."""


class ParsedPage(HTMLParser):
    """The tags, addresses, text and table rows of a well-formed page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.addresses, self.sections = [], [], [], []
        self.texts, self.rows, self.ids, self.references = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.addresses += [value for name, value in attrs if name in ADDRESSES or name.startswith("on")]
        self.ids += [value for name, value in attrs if name == "id"]
        for name, value in attrs:
            if name in ("aria-describedby", "aria-labelledby", "for"):
                self.references += value.split()
            if name == "href" and value.startswith("#"):
                self.references.append(value[1:])
        if tag == "section":
            self.sections.append(dict(attrs)["id"])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data.replace("\N{NO-BREAK SPACE}", " ").replace("\N{WORD JOINER}", "")
        if not {"style", "script"} & set(self.open):
            self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts).replace("\N{NO-BREAK SPACE}", " ")


def drawings(page):
    """The figures of a page, as SVG."""
    addresses = [attrs["src"] for tag, attrs in page.tags if tag == "img"]
    return [base64.b64decode(address.partition(",")[2]).decode() for address in addresses]
