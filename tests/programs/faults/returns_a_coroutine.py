"""Returns what is to be awaited."""


def gradient(f, x):
    async def later():
        return x

    return later()
