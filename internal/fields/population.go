package fields

// population are the tables of this store; see Table.
var population = []Table{}
