"""What runs beside a port: the standard library and the port's own NumPy alone.

The same code serves ports in this process and in another interpreter, which may be
as old as Python 3.6. It knows nothing of what is expected, and imports nothing of
gradproof but itself.
"""
