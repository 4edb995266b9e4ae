// Package synthroll makes large rolls of people who do not exist, with the
// truth about who is who: for measuring record linkage at national size.
//
// It knows how people are named twice, how clerks misspell and mistype, and
// what twins share, all as a country's data. It is independent of the packages
// that are measured on it: it imports neither names nor linkage, and its errors
// come from tables of its own. It refuses to promise anything about a real
// roll: every rate is an assumption.
//
// The same seed and size give the same bytes at any number of processors; rows
// are made one by one, so that memory does not grow with the size.
package synthroll
