"""Diagrams changed at random, as structures: elements moved, copied, renamed, references crossed, values replaced."""

import copy
import random
from collections.abc import Callable

from lxml import etree

from engine.bindings import BPMN, ZEEBE
from engine.spiff.schema import bpmn20

TAGS = sorted(bpmn20().elements)
ATTRIBUTES = sorted({name for kind in bpmn20().types.values() for name in kind.attributes})
VALUES = (
    "", "true", "false", "1", "0", "2", "-1", "99999999999999999999", "None", "All", "One", "Complex", "Parallel",
    "=x", "x == 1", "True", "1 / 0", "is_big('that')", "[1, 2]", "people", "person", "P1D", "2026-12-02",
    "start_of(opened_on())", "'2026-12-02T09:00:00+00:00'", "shape.do", "shape.list", "shape.accept", "ask", "N1",
    "a b", "\u202e", "__class__", "Finish",
)  # fmt: skip
OURS = ("property", "script", "taskDefinition")
MOST_CHANGES = 6

Change = Callable[[etree._Element, random.Random], None]


def mutated(content: bytes, pick: random.Random) -> bytes:
    """A diagram with some changes."""
    root = etree.fromstring(content, etree.XMLParser(remove_comments=True, resolve_entities=False))
    for _ in range(pick.choice([1, 1, 1, 2, 2, pick.randint(3, MOST_CHANGES)])):
        pick.choice(CHANGES)(root, pick)
    result: bytes = etree.tostring(root)
    return result


def _any(root: etree._Element, pick: random.Random, *, but_root: bool = True) -> etree._Element:
    every = [xml for xml in root.iter() if isinstance(xml.tag, str) and "/DI}" not in xml.tag and "/DC}" not in xml.tag]
    return pick.choice(every[1:] or every) if but_root else pick.choice(every)


def _leave_out(root: etree._Element, pick: random.Random) -> None:
    xml = _any(root, pick)
    if xml.getparent() is not None:
        xml.getparent().remove(xml)


def _copy(root: etree._Element, pick: random.Random) -> None:
    other = copy.deepcopy(_any(root, pick))
    if pick.random() < 0.7:
        for number, xml in enumerate(other.iter()):
            if xml.get("id"):
                xml.set("id", f"{xml.get('id')}_{pick.randrange(1_000)}_{number}")
    _any(root, pick, but_root=False).append(other)


def _move(root: etree._Element, pick: random.Random) -> None:
    xml, goal = _any(root, pick), _any(root, pick, but_root=False)
    if goal not in list(xml.iter()):
        goal.insert(pick.randint(0, len(goal)), xml)


def _rename(root: etree._Element, pick: random.Random) -> None:
    _any(root, pick).tag = f"{{{BPMN}}}{pick.choice(TAGS)}"


def _set(root: etree._Element, pick: random.Random) -> None:
    xml = _any(root, pick)
    name = pick.choice([*xml.attrib, pick.choice(ATTRIBUTES)])
    xml.set(name, _value(root, pick))


def _unset(root: etree._Element, pick: random.Random) -> None:
    xml = _any(root, pick)
    if xml.attrib:
        del xml.attrib[pick.choice([*xml.attrib])]


def _say(root: etree._Element, pick: random.Random) -> None:
    _any(root, pick).text = _value(root, pick)


def _add(root: etree._Element, pick: random.Random) -> None:
    tag = pick.choice([f"{{{BPMN}}}{pick.choice(TAGS)}", f"{{{ZEEBE}}}{pick.choice(OURS)}"])
    added = etree.SubElement(_any(root, pick, but_root=False), tag)
    if pick.random() < 0.8:
        added.set("id", f"Added_{pick.randrange(10_000)}")
    for _ in range(pick.randrange(3)):
        added.set(pick.choice(ATTRIBUTES), _value(root, pick))


def _swap(root: etree._Element, pick: random.Random) -> None:
    one, other = _any(root, pick), _any(root, pick)
    shared = sorted(set(one.attrib) & set(other.attrib))
    if shared:
        name = pick.choice(shared)
        one.attrib[name], other.attrib[name] = other.attrib[name], one.attrib[name]


def _value(root: etree._Element, pick: random.Random) -> str:
    ids = [str(xml.get("id")) for xml in root.iter() if xml.get("id")]
    return pick.choice(ids) if ids and pick.random() < 0.6 else pick.choice(VALUES)


CHANGES: tuple[Change, ...] = (_leave_out, _copy, _move, _rename, _set, _set, _unset, _say, _add, _swap)
