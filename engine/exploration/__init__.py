"""Every story that a bundle can tell, executed in memory: where a case hangs, and where what must hold does not."""

from engine.exploration.retelling import retell
from engine.exploration.search import Bounds, Breach, Explored, Search, explore
from engine.exploration.stories import Story
from engine.exploration.world import World

__all__ = ["Bounds", "Breach", "Explored", "Search", "Story", "World", "explore", "retell"]
