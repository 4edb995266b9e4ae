package fields

// agency are the tables of this store; see Table.
var agency = []Table{}
