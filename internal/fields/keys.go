package fields

// keys are the tables of this store; see Table.
var keys = []Table{
	{
		Store: "keys", Name: "data_keys", Placement: ByColumn, By: "key_id",
		About: "The wrapped data key of every person and every version of a household. Rows of the other stores name it.",
		Columns: []Column{
			{"key_id", Clear, "id of the key"},
			{"domain", Clear, "key domain: population, social or agency"},
			{"wrapped", Sealed, "the data key under the zone key of the domain, bound to domain and id; empty once destroyed"},
			{"created_at", Clear, "when it was made; keys are made ahead of their use"},
			{"destroyed_at", Clear, "when it was destroyed; null while it lives"},
			{"reason", Clear, "code of why it was destroyed"},
		},
	},
}
