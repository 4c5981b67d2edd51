"""Workers that are killed between any two commits lose nothing and do nothing twice."""
