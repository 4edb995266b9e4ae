package fields

// socialMerged are tables of the social store about merged persons.
var socialMerged = []Table{
	{
		Store: "social", Name: "person_aliases", Placement: ByColumn, By: "person", About: "tokens that are one person's since two records were merged",
		Columns: []Column{
			{"person", Blind, "one token"},
			{"other", Blind, "the other"},
			{"since", Clear, "when this register heard of it"},
		},
	},
}
