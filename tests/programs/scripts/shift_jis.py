import numpy as np
# Œù”z
