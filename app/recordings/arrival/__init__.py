"""How a recording gets here: an upload that may break off and go on, until its bytes are safe and it has a page."""
