"""How far a rule's word can be trusted and how much follows it, measured on what happened before."""
