// Serves a routine to gradproof: JSON, a line at a time, as docs/protocol.md says.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"strconv"
	"strings"
)

// number is a float64. JSON has none that are not finite: they are text.
type number float64

func (v number) MarshalJSON() ([]byte, error) {
	switch f := float64(v); {
	case math.IsNaN(f):
		return []byte(`"NaN"`), nil
	case math.IsInf(f, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(f, -1):
		return []byte(`"-Infinity"`), nil
	default:
		return strconv.AppendFloat(nil, f, 'g', -1, 64), nil
	}
}

func (v *number) UnmarshalJSON(text []byte) error {
	f, err := strconv.ParseFloat(strings.Trim(string(text), `"`), 64)
	*v = number(f)
	return err
}

// array is an array of numbers, flat and row-major.
type array struct {
	Dtype string   `json:"dtype"`
	Shape []int    `json:"shape"`
	Data  []number `json:"data"`
}

// request is a frame of the host's: those of its fields that are used here.
type request struct {
	Op   string `json:"op"`
	ID   int    `json:"id"`
	X    *array `json:"x"`
	Y    number `json:"y"`
	Text string `json:"text"`
}

type frame map[string]any

// probeError is f's failure, at the host's wish.
type probeError string

func (e probeError) Error() string { return string(e) }

var (
	tag  = os.Getenv("GRADPROOF_TAG")
	host = json.NewDecoder(os.Stdin)
)

func send(f frame) {
	text, err := json.Marshal(f)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s%s\n", tag, text)
}

func receive() request {
	var r request
	if err := host.Decode(&r); errors.Is(err, io.EOF) {
		return request{Op: "bye"}
	} else if err != nil {
		log.Fatal(err)
	}
	return r
}

// encode makes an array of points of the given width; a single point has one axis.
func encode(points [][]float64, shape ...int) array {
	data := []number{}
	for _, point := range points {
		for _, v := range point {
			data = append(data, number(v))
		}
	}
	return array{"f8", shape, data}
}

// decode returns the points of an array: that of its one axis, or its rows.
func decode(a *array) ([][]float64, error) {
	if len(a.Shape) != 1 && len(a.Shape) != 2 {
		return nil, errors.New("x is a point or an array of points")
	}
	rows, width := 1, a.Shape[len(a.Shape)-1]
	if len(a.Shape) == 2 {
		rows = a.Shape[0]
	}
	points := make([][]float64, rows)
	for n := range points {
		for _, v := range a.Data[n*width : (n+1)*width] {
			points[n] = append(points[n], float64(v))
		}
	}
	return points, nil
}

// asked returns f; the host is asked for each of its values.
func asked(id int) func([]float64) (float64, error) {
	n := -1
	return func(x []float64) (float64, error) {
		n++
		point := encode([][]float64{x}, len(x))
		send(frame{"op": "call", "id": id, "n": n, "x": point})
		answer := receive()
		if answer.Op == "raise" {
			return 0, probeError(answer.Text)
		}
		return float64(answer.Y), nil
	}
}

//<call>
// call is what to change where your routine is called otherwise.
func call(f func([]float64) (float64, error), points [][]float64) ([][]float64, error) {
	return NumericalGradient(f, points)
}

//</call>
func gradient(r request) frame {
	points, err := decode(r.X)
	if err != nil {
		return frame{"op": "error", "id": r.ID, "kind": "error", "text": err.Error()}
	}
	value, err := call(asked(r.ID), points)
	after := encode(points, r.X.Shape...)
	if err != nil {
		kind := "error"
		if errors.As(err, new(probeError)) {
			kind = "ProbeError"
		}
		return frame{"op": "error", "id": r.ID, "kind": kind, "text": err.Error(), "x_after": after}
	}
	return frame{"op": "result", "id": r.ID, "value": encode(value, r.X.Shape...), "x_after": after}
}

func answer(r request) frame {
	switch r.Op {
	case "echo":
		return frame{"op": "echo", "id": r.ID, "x": r.X}
	case "gradient":
		return gradient(r)
	default:
		return frame{"op": "unsupported", "id": r.ID, "reason": r.Op}
	}
}

func main() {
	send(frame{
		"op":       "hello",
		"protocol": 1,
		"name":     "NumericalGradient",
		"language": "Go",
		"roles":    []string{"gradient"},
		"f":        []string{"callback"},
	})
	for r := receive(); r.Op != "bye"; r = receive() {
		send(answer(r))
	}
}
