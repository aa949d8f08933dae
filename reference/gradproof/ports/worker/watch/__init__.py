"""How a program at work is watched: its calls, what f is given, its quivers."""
