// Package linkage says which records are one person.
//
// It knows how to weigh two records field by field (Fellegi and Sunter 1969,
// with levels of agreement per kind of field), how to learn those weights from
// a file without labels, how to find the few pairs worth comparing in a file
// of any size, and how to gather records into people without chaining
// strangers together. The same weights judge one record against a register.
//
// It refuses to know where records come from and what becomes of its answers:
// it reads no file, asks no clock, keeps nothing, and puts no value of a record
// into an error. It never merges two records whose documents contradict each
// other, nor two that may be twins; it says so and leaves them to people.
//
// A file is read by a Builder into Records; Train makes a Model of them, which
// can be saved, hashed and read again; Dedupe and Match apply a model to files,
// Model.Record, Model.Keys and Model.Compare to one record at a time. The same
// input gives the same bits at any number of threads and in any order of rows.
//
// The method, its figures and its limits are in docs/linkage.md.
package linkage
