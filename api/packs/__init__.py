"""Packs: the papers of a case against one parent as one file, and whether such a file is still as it was made."""
