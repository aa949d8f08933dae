"""Lists of numbers are returned."""


def gradient(f, x):
    if x.ndim == 2:
        return [gradient(f, row) for row in x]
    slopes = []
    for i in range(len(x)):
        ahead, behind = x.copy(), x.copy()
        ahead[i] += 1e-4
        behind[i] -= 1e-4
        slopes.append((f(ahead) - f(behind)) / 2e-4)
    return slopes
