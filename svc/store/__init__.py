"""Files and git: the only floor that touches them."""
