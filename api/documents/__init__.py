"""Letters as people get them: text with fields in, accessible PDF and the post room's folder out."""
