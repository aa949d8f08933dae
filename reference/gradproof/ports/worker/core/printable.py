"""Text that can be shown anywhere. It imports nothing: a child is started by it."""


def clean(text: str, length: int = 500) -> str:
    """One line of text that every terminal and encoding can show."""
    if isinstance(text, str) and text.isidentifier():
        return text[:length]  # as nearly all are
    line = " ".join(str(text)[: 2 * length].split())[:length]
    line = line.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() else "?" for c in line)
