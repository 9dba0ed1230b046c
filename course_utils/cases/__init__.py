"""The cases, one folder each: a world, its exercises, its labs and its words."""
