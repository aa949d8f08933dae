GPU = False

if GPU:
    import cupy as np
else:
    import numpy as np
