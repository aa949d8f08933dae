package main

const h = 1e-4

// Function is f; it may fail.
type Function func(x []float64) (float64, error)

// NumericalGradient returns the gradient of f at each of the points, by central
// differences, or the error of f's. The points are as they were in either case.
func NumericalGradient(f Function, points [][]float64) ([][]float64, error) {
	gradients := make([][]float64, len(points))
	for n, point := range points {
		gradient, err := atPoint(f, point)
		if err != nil {
			return nil, err
		}
		gradients[n] = gradient
	}
	return gradients, nil
}

func atPoint(f Function, x []float64) ([]float64, error) {
	gradient := make([]float64, len(x))
	for i := range x {
		ahead, err := moved(f, x, i, h)
		if err != nil {
			return nil, err
		}
		behind, err := moved(f, x, i, -h)
		if err != nil {
			return nil, err
		}
		gradient[i] = (ahead - behind) / (2 * h)
	}
	return gradient, nil
}

// moved returns f where x[i] is moved by that step, and puts x[i] back.
func moved(f Function, x []float64, i int, step float64) (float64, error) {
	kept := x[i]
	defer func() { x[i] = kept }()
	x[i] = kept + step
	return f(x)
}
