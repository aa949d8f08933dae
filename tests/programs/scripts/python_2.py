import numpy as np

print "drawing"
