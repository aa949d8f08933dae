"""Routines as their languages' programmers write them: right, and easily made wrong.

Each divides by ``(2 * h)``: without the parentheses it multiplies.
"""

from __future__ import annotations

from typing import NamedTuple


class Usual(NamedTuple):
    """A user's file with a routine ``slope``: its role, and how a program calls it."""

    language: str
    name: str
    file: str
    text: str
    role: str = "point-gradient"
    call: str = "slope(f, x)"

    @property
    def wrong(self) -> str:
        """The text with the slip that is the same everywhere."""
        return self.text.replace("/ (2 * h)", "/ 2 * h").replace(
            "/ (2.0 * h)", "/ 2.0 * h"
        )


JAVASCRIPT = """
    const grad = new Array(x.length).fill(0);
    for (let i = 0; i < x.length; i++) {
      const kept = x[i];
      x[i] = kept + h;
      const ahead = f(x);
      x[i] = kept - h;
      const behind = f(x);
      x[i] = kept;
      grad[i] = (ahead - behind) / (2 * h);
    }
    return grad;
"""

TYPESCRIPT = JAVASCRIPT.replace("new Array(x.length).fill(0)", "x.map(() => 0)")

GO = """
	h := 1e-4
	g := make([]float64, len(x))
	for i := range x {
		kept := x[i]
		x[i] = kept + h
		ahead := f(x)
		x[i] = kept - h
		behind := f(x)
		x[i] = kept
		g[i] = (ahead - behind) / (2 * h)
	}
"""

RUST = """
    let mut g = vec![0.0; x.len()];
    for i in 0..x.len() {
        let mut moved = x.to_vec();
        moved[i] = x[i] + h;
        let ahead = f(&moved);
        moved[i] = x[i] - h;
        let behind = f(&moved);
        g[i] = (ahead - behind) / (2.0 * h);
    }
    g
"""

C = """
    for (int i = 0; i < n; i++) {
        double kept = x[i];
        x[i] = kept + h;
        double ahead = f(CALL);
        x[i] = kept - h;
        double behind = f(CALL);
        x[i] = kept;
        grad[i] = (ahead - behind) / (2 * h);
    }
"""

CPP = """
    const double h = 1e-4;
    std::vector<double> grad(x.size());
    std::vector<double> moved(x.begin(), x.end());
    for (std::size_t i = 0; i < x.size(); ++i) {
        moved[i] = x[i] + h;
        const double ahead = f(moved);
        moved[i] = x[i] - h;
        const double behind = f(moved);
        moved[i] = x[i];
        grad[i] = (ahead - behind) / (2 * h);
    }
"""

JAVA = """
        double[] g = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double kept = x[i];
            x[i] = kept + h;
            double ahead = f.APPLY(x);
            x[i] = kept - h;
            double behind = f.APPLY(x);
            x[i] = kept;
            g[i] = (ahead - behind) / (2 * h);
        }
"""

USUAL = (
    Usual(
        "javascript",
        "CommonJS, with a step",
        "mine.js",
        f"function slope(f, x, h = 1e-4) {{{JAVASCRIPT}}}\n"
        "module.exports = { slope, other: 1 };\n",
    ),
    Usual(
        "javascript",
        "a script that exports nothing, x before f, step due",
        "mine.js",
        f"const slope = (x, f, eps) => {{ const h = eps;{JAVASCRIPT}}};\n",
        call="slope(x, f, 1e-4)",
    ),
    Usual(
        "javascript",
        "rows, in a module",
        "mine.mjs",
        f"function one(f, x, h = 1e-4) {{{JAVASCRIPT}}}\n"
        "export default function slope(f, X) {\n"
        "  return X.map((row) => one(f, row));\n}\n",
        "gradient",
        call="slope(f, rows)",
    ),
    Usual(
        "typescript",
        "a type of its own for f",
        "mine.ts",
        "type Vec = number[];\ntype Fn = (x: Vec) => number;\n"
        f"export function slope(f: Fn, x: Vec, h: number = 1e-4): Vec {{{TYPESCRIPT}}}\n",
    ),
    Usual(
        "typescript",
        "typed arrays, by default",
        "mine.ts",
        "export default function slope(\n"
        "  f: (v: Float64Array) => number,\n  x: Float64Array,\n  eps: number,\n"
        f"): Float64Array {{ const h = eps;{TYPESCRIPT}}}\n",
        call="slope(f, x, 1e-4)",
    ),
    Usual(
        "typescript",
        "rows, an arrow",
        "mine.ts",
        "export const slope = (f: (x: number[]) => number, X: number[][]): number[][] => {\n"
        f"  const one = (x: number[], h: number) => {{{TYPESCRIPT}}};\n"
        "  return X.map((row) => one(row, 1e-4));\n};\n",
        "gradient",
        call="slope(f, points)",
    ),
    Usual(
        "go",
        "a function and a slice, in a package of its own",
        "mine.go",
        f"package numgrad\n\nfunc slope(f func([]float64) float64, x []float64) []float64 {{{GO}\treturn g\n}}\n",
    ),
    Usual(
        "go",
        "a type for f, an out-parameter, a program of its own",
        "mine.go",
        "package main\n\ntype Func func(x []float64) float64\n\n"
        f"func slope(f Func, x, grad []float64, eps float64) {{{GO}\tcopy(grad, g)\n}}\n\n"
        "func main() {}\n",
        call="slope(f, x, gradient, 1e-4)",
    ),
    Usual(
        "go",
        "rows and an error",
        "mine.go",
        "package main\n\n"
        "func slope(f func([]float64) float64, X [][]float64) (rows [][]float64, err error) {\n"
        f"\tfor _, x := range X {{{GO}\trows = append(rows, g)\n\t}}\n\treturn rows, nil\n}}\n",
        "gradient",
        call="slope(f, points)",
    ),
    Usual(
        "rust",
        "a generic f and a slice, private in a program",
        "mine.rs",
        "fn slope<F>(f: F, x: &[f64]) -> Vec<f64>\nwhere\n    F: Fn(&[f64]) -> f64,\n"
        f"{{ let h = 1e-4;{RUST}}}\n\nfn main() {{}}\n",
        call="slope(|x: &[f64]| asked(x), &x)",
    ),
    Usual(
        "rust",
        "a dyn f, a vector and a step",
        "mine.rs",
        f"pub fn slope(f: &dyn Fn(&Vec<f64>) -> f64, x: &mut Vec<f64>, h: f64) -> Vec<f64> {{{RUST}}}\n",
        call="slope(&(|x: &Vec<f64>| asked(x)), &mut *x, 1e-4)",
    ),
    Usual(
        "rust",
        "a function pointer and rows",
        "mine.rs",
        "pub fn slope(f: fn(&[f64]) -> f64, rows: &[Vec<f64>]) -> Vec<Vec<f64>> {\n"
        f"    let one = |x: &Vec<f64>| {{ let h = 1e-4;{RUST}}};\n"
        "    rows.iter().map(one).collect()\n}\n",
        "gradient",
        call="slope(|x: &[f64]| asked(x), &x)",
    ),
    Usual(
        "c",
        "a pointer without a length, and an out-parameter",
        "mine.c",
        "void slope(double (*f)(double *), double *x, int n, double *grad)\n"
        f"{{ double h = 1e-4;{C}}}\n\nint main(void) {{ return 0; }}\n".replace(
            "CALL", "x"
        ),
        call="slope(f, x, width, gradient)",
    ),
    Usual(
        "c",
        "a type for f, an array that is made",
        "mine.c",
        "#include <stdlib.h>\n\ntypedef double (*func)(const double *x, int n);\n\n"
        "double *slope(func f, double x[], int n, double h)\n"
        f"{{ double *grad = malloc(n * sizeof *grad);{C}    return grad;\n}}\n".replace(
            "CALL", "x, n"
        ),
        call="slope(f, x, width, 1e-4)",
    ),
    Usual(
        "c",
        "rows of pointers",
        "mine.c",
        "static void one(double (*f)(const double *, size_t), double *x, int n, double *grad)\n"
        f"{{ const double h = 1e-4;{C}}}\n\n".replace("CALL", "x, n")
        + "void slope(double (*f)(const double *, size_t), double **X, int rows, int cols, double **grad)\n"
        "{\n    for (int i = 0; i < rows; i++)\n        one(f, X[i], cols, grad[i]);\n}\n",
        "gradient",
        call="slope(f, points, rows, width, gradients)",
    ),
    Usual(
        "cpp",
        "std::function in a namespace",
        "mine.hpp",
        "#include <functional>\n#include <vector>\n\nnamespace num {\n"
        "std::vector<double> slope(std::function<double(const std::vector<double>&)> f,\n"
        f"                          const std::vector<double>& x) {{{CPP}    return grad;\n}}\n}}\n",
        call="num::slope([](const std::vector<double> & a0) { return Asked{}(a0); }, x)",
    ),
    Usual(
        "cpp",
        "a template, a vector by value, and a step; a program of its own",
        "mine.cpp",
        "#include <vector>\nusing Vec = std::vector<double>;\n\n"
        "template <typename F>\nauto slope(F f, Vec x, double eps = 1e-4) {\n"
        f"    (void)eps;{CPP}    return grad;\n}}\n\nint main() {{}}\n",
        call="slope(Asked{}, x)",
    ),
    Usual(
        "cpp",
        "pointers and an out-parameter",
        "mine.h",
        "void slope(double (*f)(const double*, int), double* x, int n, double* grad) {\n"
        f"    const double h = 1e-4;{C}}}\n".replace("CALL", "x, n"),
        call="slope([](const double * a0, int a1) { return Asked{}(a0, a1); }, x.data(), x.size(), gradient.data())",
    ),
    Usual(
        "cpp",
        "rows",
        "mine.hpp",
        "#include <functional>\n#include <vector>\n\n"
        "using Matrix = std::vector<std::vector<double>>;\n\n"
        "Matrix slope(const std::function<double(std::vector<double>)>& f, const Matrix& rows) {\n"
        f"    Matrix all;\n    for (const auto& x : rows) {{{CPP}    all.push_back(grad);\n    }}\n"
        "    return all;\n}\n",
        "gradient",
        call="slope([](std::vector<double> a0) { return Asked{}(a0); }, points)",
    ),
    Usual(
        "java",
        "Function and an array, in a package",
        "Mine.java",
        "package com.example;\n\nimport java.util.function.Function;\n\nclass Mine {\n"
        "    static double[] slope(Function<double[], Double> f, double[] x) {\n        double h = 1e-4;"
        f"{JAVA}        return g;\n    }}\n}}\n".replace("APPLY", "apply"),
        call="Mine.slope(v -> ask.applyAsDouble(v), x)",
    ),
    Usual(
        "java",
        "an interface of its own, an object, a step",
        "Mine.java",
        "public class Mine {\n    public interface Objective {\n        double value(double[] x);\n    }\n\n"
        "    public double[] slope(Objective f, double[] x, double h) {"
        f"{JAVA}        return g;\n    }}\n}}\n".replace("APPLY", "value"),
        call="new Mine().slope(v -> ask.applyAsDouble(v), x, 1e-4)",
    ),
    Usual(
        "java",
        "rows and an out-parameter",
        "Mine.java",
        "import java.util.function.ToDoubleFunction;\n\npublic class Mine {\n"
        "    public static void slope(ToDoubleFunction<double[]> f, double[][] rows, double[][] grad) {\n"
        "        double h = 1e-4;\n        for (int n = 0; n < rows.length; n++) {\n            double[] x = rows[n];"
        f"{JAVA}            grad[n] = g;\n        }}\n    }}\n}}\n".replace(
            "APPLY", "applyAsDouble"
        ),
        "gradient",
        call="Mine.slope(v -> ask.applyAsDouble(v), points, gradient)",
    ),
)
