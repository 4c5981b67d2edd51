"""What this engine makes of each element and attribute of BPMN 2.0; what is named nowhere here runs.

docs/bpmn-support.md is made from these tables, the schema of BPMN 2.0 and the diagrams that prove each line.
"""

from collections.abc import Mapping
from dataclasses import dataclass

# Says something to readers, and by BPMN 2.0 nothing to an engine that runs processes.
DESCRIBES = frozenset(
    {
        "association", "auditing", "category", "categoryValue", "categoryValueRef", "childLaneSet", "collaboration",
        "conversation", "conversationAssociation", "conversationLink", "documentation", "endPoint", "endPointRef",
        "errorRef", "extension", "flowNodeRef", "globalConversation", "group", "import", "inMessageRef", "interface",
        "interfaceRef", "itemDefinition", "lane", "laneSet", "messageFlow", "messageFlowAssociation", "messageFlowRef",
        "monitoring", "operation", "outMessageRef", "participant", "participantRef", "partitionElement",
        "partnerEntity", "partnerRole", "relationship", "resource", "resourceParameter", "subConversation", "supports",
        "text", "textAnnotation",
    }
)  # fmt: skip

DATA = "Leave it out: facts are read when a step runs, and a script step sets a name."
PROCESS = "Draw a process."
ROLES = "Write who may do it as its candidate groups (zeebe:assignmentDefinition candidateGroups)."
KEY = "Write the key at the message itself (zeebe:subscription correlationKey)."
GLOBAL = "Draw the task in the process."
SERVICES = "Leave it out: a service task names its handler."
# Refused, with what to draw instead.
INSTEAD: Mapping[str, str] = {
    # activities
    "sendTask": "Draw a service task whose handler sends it.",
    "transaction": "Draw an ordinary subprocess.",
    "adHocSubProcess": "Draw an ordinary subprocess with a parallel gateway in it.",
    "globalTask": GLOBAL,
    "globalUserTask": GLOBAL,
    "globalManualTask": GLOBAL,
    "globalScriptTask": GLOBAL,
    "globalBusinessRuleTask": GLOBAL,
    "complexBehaviorDefinition": "Use a completion condition, or the behaviour None, One or All.",
    "rendering": "Leave it out: a form says how the task looks.",
    # gateways and events
    "complexGateway": "Draw exclusive, inclusive or parallel gateways.",
    "compensateEventDefinition": "Draw the step that takes it back.",
    "conditionalEventDefinition": "Draw a message event, or a timer and an exclusive gateway.",
    "cancelEventDefinition": "Use an escalation.",
    "implicitThrowEvent": "Draw an intermediate event.",
    # data
    "dataObject": DATA,
    "dataObjectReference": DATA,
    "dataStore": DATA,
    "dataStoreReference": DATA,
    "dataState": DATA,
    "dataInputAssociation": "Leave it out; write what a step needs as its properties.",
    "dataOutputAssociation": "Leave it out; name a service's result in its property `result`.",
    "property": DATA,
    "optionalInputRefs": "List it as an input that is needed, or leave it out.",
    "whileExecutingInputRefs": "List it as an input that is needed, or leave it out.",
    "optionalOutputRefs": "List it as an output that is always set, or leave it out.",
    "whileExecutingOutputRefs": "List it as an output that is always set, or leave it out.",
    "inputSetRefs": "Leave it out: a process has one set of inputs.",
    "outputSetRefs": "Leave it out: a process has one set of outputs.",
    # who does it
    "resourceRole": ROLES,
    "performer": ROLES,
    "humanPerformer": ROLES,
    "potentialOwner": ROLES,
    # messages and services
    "correlationKey": KEY,
    "correlationProperty": KEY,
    "correlationSubscription": KEY,
    "operationRef": SERVICES,
    "supportedInterfaceRef": SERVICES,
    "ioBinding": SERVICES,
    # other kinds of diagrams
    "participantMultiplicity": "Leave it out: one case is about one participant.",
    "participantAssociation": PROCESS,
    "callConversation": PROCESS,
    "choreography": PROCESS,
    "choreographyRef": PROCESS,
    "choreographyTask": PROCESS,
    "callChoreography": PROCESS,
    "subChoreography": PROCESS,
    "globalChoreographyTask": PROCESS,
}

# Refused by the check of timers: what it says first.
TIMED: Mapping[str, str] = {
    "timeDuration": "This timer is a duration",
    "timeCycle": "This timer is a cycle",
}


@dataclass(frozen=True)
class Limit:
    """Which values of an attribute are executed, and what to do about any other. No values: it must not be there."""

    values: frozenset[str]
    advice: str


def _only(*values: str, advice: str) -> Limit:
    return Limit(frozenset(values), advice)


XPATH = "http://www.w3.org/1999/XPath"
OURS = ("", "python", "application/python", "application/x-python", "text/python", "text/x-python")
EXPRESSION = "Write the expression as this engine reads it, and leave the language out."
ONE_TOKEN = "Leave it out: a step begins with one token and gives one."  # noqa: S105 - a token of a diagram
# By element and attribute; `*` is every element that has it.
LIMITS: Mapping[tuple[str, str], Limit] = {
    ("*", "isForCompensation"): _only("false", advice="Draw the step that takes it back."),
    ("*", "startQuantity"): _only("1", advice=ONE_TOKEN),
    ("*", "completionQuantity"): _only("1", advice=ONE_TOKEN),
    ("*", "parallelMultiple"): _only("false", advice="Draw one event for each, behind a parallel gateway."),
    ("*", "operationRef"): _only(advice=SERVICES),
    ("*", "implementation"): _only("##unspecified", "##WebService", advice=SERVICES),
    ("*", "language"): _only(*OURS, advice=EXPRESSION),
    ("definitions", "expressionLanguage"): _only(XPATH, *OURS, advice=EXPRESSION),
    ("scriptTask", "scriptFormat"): _only(*OURS, advice="Write lines of the form name = expression, as `python`."),
    ("receiveTask", "instantiate"): _only("false", advice="Begin with a plain start event."),
    ("eventBasedGateway", "instantiate"): _only("false", advice="Begin with a plain start event."),
    ("eventBasedGateway", "eventGatewayType"): _only("Exclusive", advice="Draw a parallel gateway."),
    ("startEvent", "isInterrupting"): _only("true", advice="Leave it out: there is nothing to interrupt."),
    ("sequenceFlow", "isImmediate"): _only("true", advice="Leave it out: nothing happens that is not drawn."),
    ("process", "processType"): _only("None", "Private", advice="Make it a private process."),
    ("extension", "mustUnderstand"): _only("false", advice="Leave it out: this engine does not understand it."),
    ("import", "importType"): Limit(frozenset(), "Leave it out; all files of the bundle are read together."),
    ("multiInstanceLoopCharacteristics", "behavior"): _only(
        "All", "None", "One", advice="Use a completion condition, or the behaviour None, One or All."
    ),
}  # fmt: skip
