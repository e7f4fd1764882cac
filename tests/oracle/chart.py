#!/usr/bin/python3
"""Checks the sample charts: the SVG with a real XML parser, the PNG against librsvg's drawing of the SVG."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ET

PROGRAM = sys.argv[1]
SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "title", "desc", "rect", "g", "polyline", "circle", "text"}
ATTRIBUTES = set("""width height viewBox role font-family x y fill points stroke stroke-width stroke-linejoin
    stroke-linecap cx cy r font-size font-weight text-anchor""".split())
BAR, LINE = bytes.fromhex("4477AA"), bytes.fromhex("1D3A5F")


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, check=True).stdout


def check_text(text, where):
    for c in text or "":
        kind = unicodedata.category(c)
        assert kind not in ("Cc", "Cf", "Cs", "Zl", "Zp") or c == "\n", f"{where}: U+{ord(c):04X} in {text!r}"


def check_element(element, name):
    tag = element.tag.removeprefix(SVG)
    assert tag in TAGS, f"{name}: <{tag}>"
    for key, value in element.attrib.items():
        assert key in ATTRIBUTES, f"{name}: {tag} {key}={value}"
        assert "url(" not in value and "://" not in value, value
    check_text(element.text, name)
    check_text(element.tail, name)


def check_svg(name):
    document = run("svg", name)
    assert document == run("svg", name), f"{name}: two runs differ"
    root = ET.fromstring(document.decode("utf-8"))
    assert root.tag == SVG + "svg" and root.get("role") == "img"
    assert [e.tag for e in root[:2]] == [SVG + "title", SVG + "desc"] and all(e.text for e in root[:2])
    for element in root.iter():
        check_element(element, name)
    width, height = float(root.get("width")), float(root.get("height"))
    assert root.get("viewBox") == f"0 0 {width:g} {height:g}"
    for rect in root.iter(SVG + "rect"):
        x, y, w, h = (float(rect.get(k, 0)) for k in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= width and 0 <= y <= y + h <= height, f"{name}: {rect.attrib}"
    return document, root


def pixels(path):
    head, raw = run("pixels", path).split(b"\n", 1)
    width, height = map(int, head.split())
    assert len(raw) == width * height * 3
    return width, height, [raw[i:i + width * 3] for i in range(0, len(raw), width * 3)]


def runs(rows, colour):
    """Where each row has the colour, as (row, first byte, one after the last)."""
    pattern = re.compile(b"(?:" + re.escape(colour) + b")+", re.S)
    return {(y, *m.span()) for y, row in enumerate(rows) for m in pattern.finditer(row)}


def amount(found):
    return sum(end - start for _, start, end in found)


def compare(folder, name, document):
    ours, theirs, svg = (os.path.join(folder, f) for f in ("ours.png", "theirs.png", "chart.svg"))
    for path, content in ((ours, run("png", name)), (svg, document)):
        with open(path, "wb") as f:
            f.write(content)
    subprocess.run(["rsvg-convert", "--zoom", "2", "--output", theirs, svg], check=True)
    width, height, rows = pixels(ours)
    width2, height2, rows2 = pixels(theirs)
    assert (width, height) == (width2, height2), name
    assert runs(rows, BAR) == runs(rows2, BAR), f"{name}: the bars differ"
    line, line2 = amount(runs(rows, LINE)), amount(runs(rows2, LINE))
    # Edges are smoothed in different ways, so fewer or more pixels have the pure colour.
    assert abs(line - line2) <= 0.1 * line2, f"{name}: {line} and {line2} bytes of the Pareto line"
    return amount(runs(rows, BAR)) // 3, line // 3


def main():
    names = run().decode().split() + ["1", "2", "15", "16", "30", "31", "60", "100"]
    documents = {name: check_svg(name) for name in names}
    texts = [t.text for t in documents["hostile"][1].iter(SVG + "text")]
    assert "</text><script>alert(1)</script>" in texts and '" onload="x' in texts, texts
    assert r"\xff\xfe\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80" in texts, texts
    assert any(t.text == "nothing to show" for t in documents["empty"][1].iter(SVG + "text"))
    print(f"{len(names)} SVG charts are well-formed and self-contained")
    if not shutil.which("rsvg-convert"):
        print("librsvg2-bin is not installed: the PNG is not compared with the SVG")
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in ("ten", "one", "pareto", "long", "equal", "millions", "fractions", "empty", "60"):
            bars, line = compare(folder, name, documents[name][0])
            print(f"{name}: PNG and librsvg agree on {bars} pixels of bars; {line} of the line")


main()
