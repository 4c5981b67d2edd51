"""Files that are hostile before anything in them is BPMN, by what each tries."""

import gzip
import io
import zipfile
from collections.abc import Callable, Mapping

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BODY = (
    '<process id="p" isExecutable="true"><startEvent id="s"/><userTask id="t"/><endEvent id="e"/>'
    '<sequenceFlow id="f" sourceRef="s" targetRef="t"/><sequenceFlow id="g" sourceRef="t" targetRef="e"/></process>'
)


def defined(body: str = BODY, *, before: str = "", more: str = "") -> bytes:
    """A BPMN file with this body."""
    return f'{before}<definitions xmlns="{MODEL}" targetNamespace="urn:x"{more}>{body}</definitions>'.encode()


def _laughs(depth: int, width: int) -> str:
    lines = ['<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * width}">' for n in range(1, depth)]
    return f"<!DOCTYPE definitions [{''.join(lines)}]>"


def _in_text(entity: str) -> str:
    return BODY.replace(
        '<userTask id="t"/>', f'<userTask id="t" name="x"><documentation>{entity}</documentation></userTask>'
    )


def _in_attribute(value: str) -> bytes:
    return defined(BODY.replace('id="t"/>', f'id="t" name="{value}"/>'))


def _zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("x.bpmn", defined())
    return content.getvalue()


PLAIN = defined()
HOSTILE_XML: Mapping[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "spaces": lambda: b" \n\t " * 1000,
    "text": lambda: b"this is no diagram",
    "zeros": lambda: b"\0" * 100_000,
    "every byte": lambda: bytes(range(256)) * 100,
    "only a byte order mark": lambda: b"\xef\xbb\xbf",
    "only a UTF-16 mark": lambda: b"\xff\xfe",
    "cut in the first tag": lambda: PLAIN[:30],
    "cut in the middle": lambda: PLAIN[: len(PLAIN) // 2],
    "cut before the end": lambda: PLAIN[:-1],
    "two roots": lambda: PLAIN + PLAIN,
    "text after the root": lambda: PLAIN + b"more",
    "tags crossed": lambda: PLAIN.replace(b"</process>", b"</definitions></process>"),
    "an attribute twice": lambda: PLAIN.replace(b'id="t"', b'id="t" id="u"'),
    "a prefix that is not declared": lambda: PLAIN.replace(b"<userTask", b"<bpmn:userTask"),
    "an entity that is not declared": lambda: defined(_in_text("&nothing;")),
    "a doctype": lambda: defined(before="<!DOCTYPE definitions>"),
    "a billion laughs": lambda: defined(_in_text("&a9;"), before=_laughs(10, 10)),
    "laughs in an attribute": lambda: defined(BODY.replace('id="t"/>', 'id="t" name="&a9;"/>'), before=_laughs(10, 10)),
    "laughs of one size": lambda: defined(
        _in_text("&big;" * 2_000), before=f'<!DOCTYPE definitions [<!ENTITY big "{"x" * 20_000}">]>'
    ),
    "laughs without end": lambda: defined(
        _in_text("&a;"), before='<!DOCTYPE definitions [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'
    ),
    "a file of this machine": lambda: defined(
        _in_text("&f;"), before='<!DOCTYPE definitions [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    ),
    "an address": lambda: defined(
        _in_text("&f;"), before='<!DOCTYPE definitions [<!ENTITY f SYSTEM "http://127.0.0.1:9/x">]>'
    ),
    "a doctype elsewhere": lambda: defined(before='<!DOCTYPE definitions SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "an entity of parameters": lambda: defined(
        before='<!DOCTYPE definitions [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>'
    ),
    "default attributes": lambda: defined(
        before='<!DOCTYPE definitions [<!ATTLIST userTask name CDATA "given by the doctype">]>'
    ),
    "broken UTF-8": lambda: PLAIN.replace(b'id="t"', b'id="\xff\xfe"'),
    "overlong UTF-8": lambda: PLAIN.replace(b'id="t"', b'id="\xc0\xaf"'),
    "half a character of UTF-8": lambda: PLAIN.replace(b'id="t"', b'id="\xed\xa0\x80"'),
    "UTF-16 without a mark": lambda: PLAIN.decode().encode("utf-16-le"),
    "UTF-16 and one byte": lambda: PLAIN.decode().encode("utf-16") + b"x",
    "UTF-32": lambda: PLAIN.decode().encode("utf-32"),
    "UTF-7": lambda: b'<?xml version="1.0" encoding="UTF-7"?>' + PLAIN.decode().encode("utf-7"),
    "EBCDIC": lambda: ('<?xml version="1.0" encoding="IBM037"?>' + PLAIN.decode()).encode("cp037"),
    "an encoding that is none": lambda: b'<?xml version="1.0" encoding="klingon"?>' + PLAIN,
    "another encoding than said": lambda: b'<?xml version="1.0" encoding="UTF-16"?>' + PLAIN,
    "XML 1.1": lambda: b'<?xml version="1.1"?>' + PLAIN,
    "XML 9.9": lambda: b'<?xml version="9.9"?>' + PLAIN,
    "a zero in a name": lambda: _in_attribute("a\0b"),
    "a zero by number": lambda: _in_attribute("a&#0;b"),
    "half a character by number": lambda: _in_attribute("&#xD800;"),
    "a character beyond the last": lambda: _in_attribute("&#x110000;"),
    "control characters by number": lambda: _in_attribute("&#1;&#27;[2J"),
    "text from right to left": lambda: _in_attribute("\u202egnp.exe"),
    "100,000 elements deep": lambda: defined("<a>" * 100_000 + "</a>" * 100_000),
    "250 elements deep": lambda: defined("<documentation>" + "<a>" * 240 + "</a>" * 240 + "</documentation>" + BODY),
    "an attribute of five megabytes": lambda: _in_attribute("x" * 5_000_000),
    "a text of nine megabytes": lambda: defined(_in_text("x" * 9_000_000)),
    "a text of thirty megabytes": lambda: defined(_in_text("x" * 30_000_000)),
    "a tag of one megabyte": lambda: defined(f"<{'x' * 1_000_000}/>" + BODY),
    "50,000 attributes": lambda: defined(
        BODY.replace('id="t"/>', f'id="t" {" ".join(f"a{n}=" + chr(34) * 2 for n in range(50_000))}/>')
    ),
    "50,000 children": lambda: defined("<documentation/>" * 50_000 + BODY),
    "10,000 namespaces": lambda: defined(more="".join(f' xmlns:n{n}="urn:{n}"' for n in range(10_000))),
    "50,000 instructions": lambda: defined("<?x y?>" * 50_000 + BODY),
    "50,000 remarks": lambda: defined("<!-- x -->" * 50_000 + BODY),
    "CDATA that ends twice": lambda: defined(_in_text("<![CDATA[ ]]>]]>")),
    "an include": lambda: defined(
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>' + BODY
    ),
    "another base": lambda: defined(more=' xml:base="http://127.0.0.1:9/"'),
    "ids of XML": lambda: defined(BODY.replace('id="t"', 'id="t" xml:id="e"')),
    "a stylesheet": lambda: defined(before='<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?>'),
    "nothing by xsi": lambda: defined(
        BODY.replace('id="t"', 'id="t" xsi:nil="true"'), more=' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ),
    "a type by xsi": lambda: defined(
        BODY.replace('id="t"', 'id="t" xsi:type="tProcess"'),
        more=' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
    ),
    "packed": lambda: gzip.compress(PLAIN),
    "an archive": _zip,
    "a page": lambda: b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>",
    "a picture": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "JSON": lambda: b'{"definitions": []}',
    "a document": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
}
