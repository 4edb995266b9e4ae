package fields

// social are the tables of this store; see Table.
var social = []Table{}
