import java.util.function.ToDoubleFunction;

/** Gradients by central differences. */
public final class NumericalGradient {
    private static final double H = 1e-4;

    private NumericalGradient() {}

    /**
     * The gradient of f at each of the points. The points are as they were when this
     * returns or throws.
     */
    public static double[][] numericalGradient(
            ToDoubleFunction<double[]> f, double[][] points) {
        double[][] gradients = new double[points.length][];
        for (int n = 0; n < points.length; n++) {
            gradients[n] = atPoint(f, points[n]);
        }
        return gradients;
    }

    private static double[] atPoint(ToDoubleFunction<double[]> f, double[] x) {
        double[] gradient = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double kept = x[i];
            try {
                x[i] = kept + H;
                double ahead = f.applyAsDouble(x);
                x[i] = kept - H;
                double behind = f.applyAsDouble(x);
                gradient[i] = (ahead - behind) / (2 * H);
            } finally {
                x[i] = kept;
            }
        }
        return gradient;
    }
}
