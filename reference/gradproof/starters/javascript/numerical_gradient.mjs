const H = 1e-4;

/** The gradient of f at the point x, by central differences. */
function atPoint(f, x) {
  return x.map((kept, i) => {
    try {
      x[i] = kept + H;
      const ahead = f(x);
      x[i] = kept - H;
      const behind = f(x);
      return (ahead - behind) / (2 * H);
    } finally {
      x[i] = kept;
    }
  });
}

/**
 * The gradient of f at x: a point, which is an array of numbers, or an array of points.
 * x is as it was when this returns or throws.
 */
export function numericalGradient(f, x) {
  return Array.isArray(x[0]) ? x.map((point) => atPoint(f, point)) : atPoint(f, x);
}
