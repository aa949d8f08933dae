"""Named ways of being wrong: a catalogue, a model of each, and the diagnosis."""
