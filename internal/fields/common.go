package fields

// common are the tables of this store; see Table.
var common = []Table{}
