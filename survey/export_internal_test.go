package survey

// ExactValue is open to tests.
var ExactValue = exactValue
