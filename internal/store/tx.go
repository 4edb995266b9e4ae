package store

// Tx is one transaction. It belongs to one goroutine and ends with the
// function it was handed to.
type Tx struct{}
