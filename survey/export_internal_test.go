package survey

// ExactValue is open to tests.
var ExactValue = exactValue

// RoundCoefficient is open to tests.
func RoundCoefficient(r Rounding, v float64) (string, error) { return r.coefficient("x", v) }

// RoundPoints is open to tests.
func RoundPoints(r Rounding, v float64) (string, error) { return r.points("x", v) }
