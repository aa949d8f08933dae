const H = 1e-4;

/**
 * The gradient of f at the point x, by central differences. x is as it was when this
 * returns or throws.
 */
export function numericalGradient(f: (x: number[]) => number, x: number[]): number[] {
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
