"""Opens files without end."""

held = []


def gradient(f, x):
    while True:
        held.append(open("/dev/null"))
