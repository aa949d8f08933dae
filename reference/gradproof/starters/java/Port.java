import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Serves a routine to gradproof: JSON, a line at a time, as docs/protocol.md says. */
public final class Port {
    private static final String TAG = System.getenv().getOrDefault("GRADPROOF_TAG", "");
    private static final BufferedReader IN =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private static final PrintStream OUT =
            new PrintStream(System.out, false, StandardCharsets.UTF_8);

    private Port() {}

    /** f's failure, at the host's wish. */
    private static final class ProbeError extends RuntimeException {
        ProbeError(String text) {
            super(text);
        }
    }

    public static void main(String[] arguments) {
        send(Map.of(
                "op", "hello",
                "protocol", 1,
                "name", "numericalGradient",
                "language", "Java",
                "roles", List.of("gradient"),
                "f", List.of("callback")));
        for (var frame = receive(); !frame.get("op").equals("bye"); frame = receive()) {
            send(answer(frame));
        }
    }

    private static void send(Map<String, ?> frame) {
        OUT.print(TAG + Json.write(frame) + "\n");
        OUT.flush();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> receive() {
        try {
            String line = IN.readLine();
            return line == null ? Map.of("op", "bye") : (Map<String, Object>) Json.parse(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, ?> answer(Map<String, Object> frame) {
        Object id = frame.get("id");
        switch ((String) frame.get("op")) {
            case "echo":
                return Map.of("op", "echo", "id", id, "x", frame.get("x"));
            case "gradient":
                return gradient(id, (Map<?, ?>) frame.get("x"));
            default:
                return Map.of("op", "unsupported", "id", id, "reason", frame.get("op"));
        }
    }

    //<call>
    /** What to change where your routine is called otherwise. */
    private static double[][] call(ToDoubleFunction<double[]> f, double[][] points) throws Exception {
        return NumericalGradient.numericalGradient(f, points);
    }

    //</call>
    private static Map<String, ?> gradient(Object id, Map<?, ?> x) {
        List<?> shape = (List<?>) x.get("shape");
        Map<String, Object> answer = new HashMap<>(Map.of("op", "error", "id", id));
        double[][] points = null;
        try {
            points = points(shape, (List<?>) x.get("data"));
            double[][] value = call(asked(id), points);
            answer.put("op", "result");
            answer.put("value", array(shape, value));
        } catch (Exception e) {
            answer.put("kind", e.getClass().getSimpleName());
            answer.put("text", String.valueOf(e.getMessage()));
        }
        if (points != null) {
            answer.put("x_after", array(shape, points));
        }
        return answer;
    }

    /** f, each of whose values the host is asked for. */
    private static ToDoubleFunction<double[]> asked(Object id) {
        int[] calls = {0};
        return x -> {
            Object point = array(List.of(x.length), x);
            send(Map.of("op", "call", "id", id, "n", calls[0]++, "x", point));
            Map<String, Object> answer = receive();
            if (answer.get("op").equals("raise")) {
                throw new ProbeError((String) answer.get("text"));
            }
            return number(answer.get("y"));
        };
    }

    private static double number(Object value) {
        return Double.parseDouble(value.toString());
    }

    private static Map<String, ?> array(List<?> shape, double[]... points) {
        List<Double> data = new ArrayList<>();
        for (double[] point : points) {
            for (double value : point) {
                data.add(value);
            }
        }
        return Map.of("dtype", "f8", "shape", shape, "data", data);
    }

    /** The points of an array: that of its one axis, or its rows. */
    private static double[][] points(List<?> shape, List<?> data) {
        if (shape.size() != 1 && shape.size() != 2) {
            throw new IllegalArgumentException("x is a point or an array of points");
        }
        int rows = shape.size() == 1 ? 1 : (Integer) shape.get(0);
        int width = (Integer) shape.get(shape.size() - 1);
        double[][] points = new double[rows][width];
        for (int i = 0; i < data.size(); i++) {
            points[i / width][i % width] = number(data.get(i));
        }
        return points;
    }
}
