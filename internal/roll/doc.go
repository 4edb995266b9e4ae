// Package roll reads rolls: CSV files with a row for each record of a person,
// as ministries and programmes keep them.
//
// It knows how such files are written: with or without a byte order mark,
// quoted or not, with spaces after the commas, with semicolons where a
// spreadsheet was set up in French. It guesses what each column holds, from
// its header in French, English or Arabic and from its values, and reads the
// file that overrides the guess. It refuses to know which records are one
// person, and never puts a value of a roll into an error.
package roll
