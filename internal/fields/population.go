package fields

// population are the tables of this store; see Table.
var population = []Table{
	{
		Store: "population", Name: "persons", Placement: ByColumn, By: "person_id", About: "people, as they are now",
		Columns: []Column{
			{"person_id", Clear, "internal id of the person"},
			{"key_id", Clear, "id of the data key that seals them"},
			{"state", Clear, "active, contested, suspended, departed, deceased, merged, or unnumbered while being enrolled"},
			{"revision", Clear, "number of the latest version of the record"},
			{"locality", Clear, "code of the place of residence"},
			{"assurance", Clear, "the grounds on which the register believes who this is"},
			{"receipt", Clear, "reference of the enrolment"},
			{"number", Sealed, "the civil and social identifier"},
			{"created_at", Clear, "when the enrolment was captured"},
			{"changed_at", Clear, "when the row last changed"},
		},
	},
	{
		Store: "population", Name: "records", Placement: ByColumn, By: "person_id", About: "versions of people's records",
		Columns: []Column{
			{"person_id", Clear, "internal id of the person"},
			{"revision", Clear, "number of the version"},
			{"valid_from", Clear, "first day the changed facts hold; none when they always did"},
			{"recorded_at", Clear, "since when the register believes it"},
			{"recorded_by", Clear, "id of the officer"},
			{"cause", Clear, "code of the cause"},
			{"changed", Clear, "codes of the facts that changed"},
			{"sealed", Sealed, "names, date of birth, sex, locality, address, contacts, documents, witnesses, the act it rests on"},
		},
	},
	{
		Store: "population", Name: "enrolments", Placement: ByColumn, By: "receipt", About: "enrolments and what became of them",
		Columns: []Column{
			{"receipt", Clear, "random reference that the person takes home"},
			{"person_id", Clear, "internal id of the person"},
			{"state", Clear, "how far it has come"},
			{"shown", Clear, "on what grounds: documents, witnesses, introducer"},
			{"locality", Clear, "code of the place"},
			{"captured_by", Clear, "id of the officer"},
			{"captured_at", Clear, "when"},
			{"decided_by", Clear, "id of the second officer; none when the register decided itself"},
			{"decided_at", Clear, "when"},
			{"reason", Clear, "code of the reason of a refusal"},
			{"notice_version", Clear, "version of the notice that was given"},
			{"notice_language", Clear, "its language"},
			{"notice_way", Clear, "read, or played aloud"},
			{"notice_hash", Clear, "SHA-256 of its published text"},
			{"erase_after", Clear, "last day a refused person's data are kept"},
			{"challenges", Clear, "how often another check asked this one to look again"},
			{"model", Clear, "hash of the model it was checked with; none where it was not"},
			{"compared", Clear, "how many records it was compared with"},
			{"cut", Clear, "how many of its keys hold more people than were read"},
		},
	},
	{
		Store: "population", Name: "document_claims", Placement: ByColumn, By: "blind", About: "documents, each of one live person",
		Columns: []Column{
			{"kind", Clear, "type of the document"},
			{"blind", Blind, "what names the document among those of its type"},
			{"person_id", Clear, "internal id of the person"},
			{"claimed_at", Clear, "since when"},
		},
	},
	{
		Store: "population", Name: "number_claims", Placement: ByColumn, By: "blind", About: "numbers, each given to one person for ever",
		Columns: []Column{
			{"blind", Blind, "the number"},
			{"person_id", Clear, "internal id of the person"},
			{"claimed_at", Clear, "when it was given"},
		},
	},
	{
		Store: "population", Name: "token_claims", Placement: ByColumn, By: "blind", About: "whose a token is",
		Columns: []Column{
			{"blind", Blind, "the token"},
			{"recipient", Clear, "for whom it names the person"},
			{"person_id", Clear, "internal id of the person"},
		},
	},
	{
		Store: "population", Name: "tokens", Placement: ByColumn, By: "person_id", About: "tokens of a person, one for each recipient",
		Columns: []Column{
			{"person_id", Clear, "internal id of the person"},
			{"recipient", Clear, "for whom it names the person"},
			{"sealed", Sealed, "the token"},
			{"issued_at", Clear, "when it was first given"},
		},
	},
	{
		Store: "population", Name: "contacts", Placement: ByColumn, By: "blind", About: "whom a telephone number or address reaches; several people may share one",
		Columns: []Column{
			{"blind", Blind, "the contact"},
			{"person_id", Clear, "internal id of the person"},
		},
	},
	{
		Store: "population", Name: "contact_totals", Placement: ByColumn, By: "blind", About: "how many share a contact",
		Columns: []Column{
			{"blind", Blind, "the contact"},
			{"people", Clear, "how many people have it"},
			{"alarms", Clear, "how often one more than the cap was added"},
		},
	},
	{
		Store: "population", Name: "relations", Placement: ByColumn, By: "person_id", About: "introducer, representative, custodian and payee of a person, each dated",
		Columns: []Column{
			{"person_id", Clear, "internal id of the person"},
			{"relation_id", Clear, "internal id of the relation"},
			{"kind", Clear, "introducer, representative, custodian, payee"},
			{"state", Clear, "held, disputed, vacant, ended"},
			{"holder_id", Clear, "internal id of a registered holder"},
			{"since", Clear, "first day"},
			{"until", Clear, "last day"},
			{"recorded_at", Clear, "when it was recorded"},
			{"recorded_by", Clear, "id of the officer"},
			{"ended_at", Clear, "when its state last changed"},
			{"ended_by", Clear, "id of the officer"},
			{"sealed", Sealed, "as what it is held, who holds it if not registered, the act that founds it"},
		},
	},
	{
		Store: "population", Name: "consents", Placement: ByColumn, By: "person_id", About: "what the law leaves optional",
		Columns: []Column{
			{"person_id", Clear, "internal id of the person"},
			{"consent_id", Clear, "internal id of the consent"},
			{"kind", Clear, "code of what is consented to"},
			{"given_at", Clear, "when"},
			{"given_to", Clear, "id of the officer, or of the person"},
			{"withdrawn_at", Clear, "when it was withdrawn"},
			{"withdrawn_by", Clear, "id of the officer, or of the person"},
		},
	},
	{
		Store: "population", Name: "vouchings", Placement: ByColumn, By: "person_id", About: "whom a witness vouched for",
		Columns: []Column{
			{"person_id", Clear, "internal id of the witness"},
			{"vouching_id", Clear, "internal id of the vouching"},
			{"for_id", Clear, "internal id of the person enrolled"},
			{"receipt", Clear, "reference of the enrolment"},
			{"at", Clear, "when"},
		},
	},
	{
		Store: "population", Name: "vouching_totals", Placement: ByColumn, By: "person_id", About: "how often a witness vouched",
		Columns: []Column{
			{"person_id", Clear, "internal id of the witness"},
			{"period", Clear, "number of the period"},
			{"vouchings", Clear, "how often in it"},
		},
	},
	{
		Store: "population", Name: "disclosures", Placement: ByColumn, By: "person_id", About: "who saw what of a person, and why",
		Columns: []Column{
			{"person_id", Clear, "internal id of the person"},
			{"disclosure_id", Clear, "id of the disclosure"},
			{"at", Clear, "when"},
			{"operation", Clear, "what was asked for"},
			{"recipient_kind", Clear, "staff, client, person or system"},
			{"recipient_id", Clear, "who"},
			{"purpose", Clear, "code of the purpose"},
			{"basis", Clear, "its legal basis"},
			{"case_ref", Clear, "reference of the case"},
			{"fields", Clear, "names of the fields, never what is in them"},
		},
	},
	{
		Store: "population", Name: "uses", Placement: ByColumn, By: "person_id", About: "for what a person's record was compared inside the register",
		Columns: []Column{
			{"person_id", Clear, "internal id of the person; a fresh one that is nobody's when a claimed number is unknown"},
			{"use_id", Clear, "id of the use"},
			{"at", Clear, "when"},
			{"operation", Clear, "what was asked for"},
			{"recipient_kind", Clear, "staff, client, person or system"},
			{"recipient_id", Clear, "who"},
			{"purpose", Clear, "code of the purpose"},
			{"basis", Clear, "its legal basis"},
			{"case_ref", Clear, "reference of the case"},
			{"verdict", Clear, "code of the outcome"},
		},
	},
	{
		Store: "population", Name: "attempts", Placement: ByColumn, By: "blind", About: "how often a caller asked about a claimed number",
		Columns: []Column{
			{"blind", Blind, "the number that was claimed"},
			{"caller_id", Clear, "who asked"},
			{"asked", Clear, "how often"},
			{"failed", Clear, "how often the answer was no"},
			{"last_at", Clear, "when last"},
		},
	},
	{
		Store: "population", Name: "tallies", Placement: ByColumn, By: "place", About: "what leaves no record but a count",
		Columns: []Column{
			{"place", Clear, "code of the place"},
			{"name", Clear, "what is counted"},
			{"month", Clear, "first day of the month"},
			{"count", Clear, "how many"},
		},
	},
	{
		Store: "population", Name: "blocking_keys", Placement: ByColumn, By: "blind", About: "where people are looked for by likeness",
		Columns: []Column{
			{"blind", Blocking, "a key of the record: letters of names, parts of the birth date, a place, put together"},
			{"person_id", Clear, "internal id of the person"},
		},
	},
	{
		Store: "population", Name: "check_models", Placement: Everywhere, About: "the models that enrolments were checked with",
		Columns: []Column{
			{"model", Clear, "hash of the model"},
			{"key_version", Clear, "what its keys depend on"},
			{"first_used", Clear, "since when"},
		},
	},
}
