// Package fields is the one table of everything that is stored: every table of
// every store with its placement, and every column with its class. The docs
// (docs/data-model.md) and the tests that search stores for plaintext are made
// from it, and the suites of the stores hold the real schema to it.
//
// It refuses to know how anything is stored.
package fields

// Class says how a column keeps what it holds. Every column has exactly one.
type Class string

// The classes.
const (
	Sealed   Class = "sealed"   // ciphertext: names, dates of birth, contacts, documents, answers, free text; data keys themselves
	Blind    Class = "blind"    // keyed equality, with the number of the key
	Blocking Class = "blocking" // keyed linkage keys; population store only
	Clear    Class = "clear"    // ids, states, places, dates of acts; in the social store variables, index and outcomes, which name nobody
)

// Placement says on which machine a row lives once there are several.
type Placement string

// The placements.
const (
	ByColumn   Placement = "by"         // distributed by one column, which is inside every key
	Everywhere Placement = "everywhere" // a small reference table, written in transactions of its own
	Here       Placement = "here"       // with the coordinator, known to it
	Local      Placement = "local"      // never written together with distributed rows
)

// Column is one column of a table.
type Column struct {
	Name  string
	Class Class
	About string // what it holds, for the docs
}

// Table is one table of a store.
type Table struct {
	Store     string // the name of one of Stores, or EveryStore
	Name      string
	Placement Placement
	By        string // the distribution column; "" unless ByColumn
	About     string
	Columns   []Column
}

// Store is one database, with credentials and backups of its own.
type Store struct {
	Name  string
	About string
}

// EveryStore stands for the tables that all stores have.
const EveryStore = "*"

// Stores are all of them, in the order of the docs.
var Stores = []Store{
	{"population", "Persons, their identifiers and documents, and the tokens by which others know them."},
	{"social", "Households, their declarations and indexes, programmes and outcomes. It holds no name, number or contact of anybody."},
	{"agency", "Staff, clients, their sessions, and what was disclosed about whom to whom."},
	{"keys", "Wrapped data keys. Backed up apart from the others and for a short time, so that destroying a key erases what it sealed."},
}

// Of returns the tables of a store, those that every store has included.
func Of(store string) []Table {
	var out []Table
	for _, t := range All() {
		if t.Store == store || t.Store == EveryStore {
			out = append(out, t)
		}
	}
	return out
}

// All returns every table once.
func All() []Table {
	var out []Table
	for _, group := range [][]Table{common, population, populationCases, social, socialMerged, agency, keys} {
		out = append(out, group...)
	}
	return out
}
