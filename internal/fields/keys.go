package fields

// keys are the tables of this store; see Table.
var keys = []Table{}
