"""The pictures: fields of arrows, entries of gradients, paths of optimizers."""
