// Package system puts the parts together: the four stores, the keeper of keys,
// a vault for each domain, the registers' services, what carries events from
// one store to the other, and the jobs.
//
// It knows which part needs which. It refuses to hold logic of its own: an
// adapter here translates types, and decides nothing.
package system
