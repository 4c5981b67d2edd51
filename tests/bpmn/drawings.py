"""What a BPMN file draws, read for measuring: boxes of its nodes, lines of its flows."""

from dataclasses import dataclass
from pathlib import Path

from lxml import etree

FOLDER = Path(__file__).parents[2] / "bpmn" / "fast_track"
FILES = ("case", "fast_track", "meeting", "referral")

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
KINDS = ("Task", "Event", "Gateway", "subProcess", "callActivity")


@dataclass(frozen=True)
class Box:
    """A rectangle on the canvas."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Box") -> bool:
        """Whether the other lies wholly inside."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def meets(self, other: "Box") -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


class Drawing:
    """One diagram: its flow nodes and flows, and where each is drawn."""

    def __init__(self, name: str) -> None:
        self.root = etree.parse(FOLDER / f"{name}.bpmn").getroot()
        self.nodes = {e.get("id"): e for e in self.root.iter() if _is_flow_node(e)}
        self.flows = {e.get("id"): e for e in self.root.iter(f"{BPMN}sequenceFlow")}
        self.boxes = {s.get("bpmnElement"): _box(s.find(BOUNDS)) for s in self.root.iter(f"{DI}BPMNShape")}
        self.lines = {
            e.get("bpmnElement"): [(float(p.get("x")), float(p.get("y"))) for p in e.iter(WAYPOINT)]
            for e in self.root.iter(f"{DI}BPMNEdge")
        }

    def kind(self, node: str) -> str:
        """The BPMN tag of a node."""
        return str(etree.QName(self.nodes[node]).localname)

    def container(self, node: str) -> str:
        """The id of the process or subprocess that a node stands in."""
        return str(self.nodes[node].getparent().get("id"))

    def is_on_border(self, node: str) -> bool:
        """Whether a node is attached to the border of another."""
        return self.kind(node) == "boundaryEvent"

    def leaving(self, node: str) -> list[str]:
        """The ids of the flows that leave a node."""
        return [flow for flow, e in self.flows.items() if e.get("sourceRef") == node]

    def arriving(self, node: str) -> list[str]:
        """The ids of the flows that arrive at a node."""
        return [flow for flow, e in self.flows.items() if e.get("targetRef") == node]

    def said(self, node: str, word: str) -> list[str]:
        """What the node itself lists as incoming or outgoing."""
        return [e.text for e in self.nodes[node].findall(f"{BPMN}{word}")]


def _is_flow_node(element: etree._Element) -> bool:
    if not isinstance(element.tag, str) or not element.tag.startswith(BPMN):
        return False
    return element.tag.endswith(KINDS)


def _box(bounds: etree._Element) -> Box:
    x, y, width, height = (float(bounds.get(k)) for k in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)
