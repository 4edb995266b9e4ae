// Package questionnaire knows what a country asks households: items with their
// lists, limits and conditions, the variants for particular households, and how
// each variable of an index formula follows from the answers. It reads
// declarations, completes them where a question does not arise, and derives the
// variables as exact integers and ratios.
//
// The questionnaire is data; this package names no item, list or country. It
// refuses to know who the members are: no name, number or document passes
// through it, and no message repeats an answer. It does not know where a
// locality lies (it is handed a Place), what day it is, or what an index is.
package questionnaire
