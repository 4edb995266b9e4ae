package fields

// populationCases are the tables of adjudication in the population store.
var populationCases = []Table{
	{
		Store: "population", Name: "cases", Placement: ByColumn, By: "case_ref", About: "whether two records are one person: cases that people decide",
		Columns: []Column{
			{"case_ref", Clear, "reference of the case"},
			{"person_id", Clear, "internal id of the person in question"},
			{"receipt", Clear, "reference of the enrolment that waits; empty when none does"},
			{"locality", Clear, "code of the place whose office decides"},
			{"cause", Clear, "likeness, contested, rescored or reported"},
			{"state", Clear, "open or decided"},
			{"round", Clear, "number of the round of opinions"},
			{"revision", Clear, "grows with every opinion"},
			{"model", Clear, "hash of the model that compared the records"},
			{"opened_at", Clear, "when the case was opened"},
			{"due_at", Clear, "when it is escalated"},
			{"escalated_at", Clear, "when it was"},
			{"outcome", Clear, "different, refused, merged, split or kept"},
			{"decided_at", Clear, "when it was decided"},
		},
	},
	{
		Store: "population", Name: "case_pairs", Placement: ByColumn, By: "case_ref", About: "persons whom the one in question may be",
		Columns: []Column{
			{"case_ref", Clear, "reference of the case"},
			{"other_id", Clear, "internal id of the other person"},
			{"weight", Clear, "what speaks for one person, in thousandths of a bit"},
			{"band", Clear, "new, judge or same"},
			{"guard", Clear, "why it was left to people, if a guard said so"},
		},
	},
	{
		Store: "population", Name: "case_opinions", Placement: ByColumn, By: "case_ref", About: "what each officer held of a case",
		Columns: []Column{
			{"case_ref", Clear, "reference of the case"},
			{"officer_id", Clear, "id of the officer"},
			{"round", Clear, "number of the round"},
			{"turn", Clear, "first, second or third of the round"},
			{"at", Clear, "when it was given"},
			{"verdict", Clear, "same, different or cannot_tell"},
			{"other_id", Clear, "internal id of the person whom the one in question is held to be"},
			{"reason", Clear, "code of the reason"},
			{"obstacle", Clear, "code: why documents that contradict are no obstacle"},
		},
	},
	{
		Store: "population", Name: "judged_pairs", Placement: ByColumn, By: "person_id", About: "what is known of two people, so that it is not asked again",
		Columns: []Column{
			{"person_id", Clear, "internal id of one person: the lower of the two"},
			{"other_id", Clear, "internal id of the other"},
			{"state", Clear, "open, different or same"},
			{"case_ref", Clear, "reference of the latest case about them"},
			{"person_revision", Clear, "version of the record that was judged"},
			{"other_revision", Clear, "version of the other's"},
			{"at", Clear, "when this became known"},
		},
	},
	{
		Store: "population", Name: "redirects", Placement: ByColumn, By: "person_id", About: "whom the tokens and the number of a merged person lead to",
		Columns: []Column{
			{"person_id", Clear, "internal id of the merged person"},
			{"survivor_id", Clear, "internal id of the person it was merged into"},
			{"case_ref", Clear, "reference of the case that decided it"},
			{"since", Clear, "since when"},
		},
	},
	{
		Store: "population", Name: "merges", Placement: ByColumn, By: "person_id", About: "the history of merges and splits",
		Columns: []Column{
			{"person_id", Clear, "internal id of the person who survived"},
			{"merged_id", Clear, "internal id of the person who was merged"},
			{"case_ref", Clear, "reference of the case that decided it"},
			{"revision", Clear, "version of the survivor's record that took the other in"},
			{"merged_state", Clear, "state that the merged person had"},
			{"merged_at", Clear, "when"},
			{"split_case", Clear, "reference of the case that undid it"},
			{"split_at", Clear, "when it was undone"},
		},
	},
	{
		Store: "population", Name: "contests", Placement: ByColumn, By: "receipt", About: "refused people who came to be heard",
		Columns: []Column{
			{"receipt", Clear, "reference of the enrolment"},
			{"contest_id", Clear, "internal id of the contest"},
			{"at", Clear, "when"},
			{"taken_by", Clear, "id of the officer who took it"},
			{"refused_by", Clear, "id of the officer who had refused; none when the register itself had"},
			{"refused_for", Clear, "code of the reason"},
		},
	},
	{
		Store: "population", Name: "rechecks", Placement: Everywhere, About: "how far everybody has been compared anew with a model",
		Columns: []Column{
			{"model", Clear, "hash of the model"},
			{"after_id", Clear, "internal id of the last person compared"},
			{"people", Clear, "how many were compared"},
			{"cases", Clear, "how many cases that opened"},
			{"began_at", Clear, "when it began"},
			{"changed_at", Clear, "when it last went on"},
			{"ended_at", Clear, "when it ended"},
		},
	},
}
