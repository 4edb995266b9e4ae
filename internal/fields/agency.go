package fields

// agency are the tables of this store; see Table.
var agency = []Table{
	{
		Store: "agency", Name: "guard", Placement: Here, About: "one row that acts wait for which change who is an administrator",
		Columns: []Column{
			{"guard_id", Clear, "always 1"},
			{"turns", Clear, "how often it was waited for"},
		},
	},
	{
		Store: "agency", Name: "staff", Placement: Here, About: "staff members as they are now; one row is the account of nobody, against which unknown logins are checked",
		Columns: []Column{
			{"staff_id", Clear, "id of the staff member: the actor of every record"},
			{"ref", Clear, "reference by which administrators name the account"},
			{"key_id", Clear, "data key of the staff member"},
			{"version", Clear, "number of the version"},
			{"state", Clear, "active, ended or decoy"},
			{"roles", Clear, "roles"},
			{"areas", Clear, "codes of the places the staff member works for"},
			{"office", Clear, "code of the office"},
			{"name", Sealed, "name"},
			{"login", Sealed, "login"},
			{"contact", Sealed, "telephone or address of work, if given"},
			{"recorded_at", Clear, "when this version was recorded"},
		},
	},
	{
		Store: "agency", Name: "staff_versions", Placement: Here, About: "what each staff member was allowed, and since when",
		Columns: []Column{
			{"staff_id", Clear, "id of the staff member"},
			{"version", Clear, "number of the version"},
			{"state", Clear, "active, ended or decoy"},
			{"roles", Clear, "roles"},
			{"areas", Clear, "codes of places"},
			{"office", Clear, "code of the office"},
			{"recorded_at", Clear, "when it was recorded"},
			{"recorded_by", Clear, "id of the administrator; zeros for the command line of the machine"},
		},
	},
	{
		Store: "agency", Name: "logins", Placement: Here, About: "whose login it is; a login is never given twice",
		Columns: []Column{
			{"login", Blind, "login in small letters"},
			{"staff_id", Clear, "id of the staff member"},
		},
	},
	{
		Store: "agency", Name: "passwords", Placement: Here, About: "passwords",
		Columns: []Column{
			{"staff_id", Clear, "id of the staff member"},
			{"hash", Sealed, "argon2id of the password"},
			{"set_at", Clear, "when it was set"},
		},
	},
	{
		Store: "agency", Name: "staff_persons", Placement: Here, About: "which staff members are which persons, so that none vouches at the own centre",
		Columns: []Column{
			{"person", Blind, "the agency's token of the person"},
			{"staff_id", Clear, "id of the staff member"},
		},
	},
	{
		Store: "agency", Name: "attempts", Placement: Here, About: "failed logins in a row, kept for a day",
		Columns: []Column{
			{"attempt", Blind, "what was typed as login, or that on one device"},
			{"failures", Clear, "how many"},
			{"last_at", Clear, "the last of them"},
			{"until_at", Clear, "no attempt is looked at before"},
		},
	},
	{
		Store: "agency", Name: "sessions", Placement: Here, About: "sessions of staff members",
		Columns: []Column{
			{"session", Blind, "secret of the session"},
			{"staff_id", Clear, "id of the staff member"},
			{"started_at", Clear, "when it began"},
			{"seen_at", Clear, "when it was last used, to the minute"},
			{"ends_at", Clear, "when it ends at the latest"},
			{"ended_at", Clear, "when it was ended; null while it lives"},
			{"reason", Clear, "code of why"},
		},
	},
	{
		Store: "agency", Name: "purposes", Placement: Here, About: "what data may be asked for; a changed purpose is a new version",
		Columns: []Column{
			{"code", Clear, "code"},
			{"version", Clear, "number of the version"},
			{"name", Clear, "JSON: what people read, per language"},
			{"basis", Clear, "legal basis"},
			{"roles", Clear, "roles that may state it"},
			{"valid_from", Clear, "first day"},
			{"valid_to", Clear, "last day; null when no end is set"},
			{"recorded_at", Clear, "when it was recorded"},
		},
	},
	{
		Store: "agency", Name: "clients", Placement: Here, About: "programs of institutions as they are now",
		Columns: []Column{
			{"client_id", Clear, "id of the client: the actor of every record"},
			{"ref", Clear, "reference by which administrators name it"},
			{"key_id", Clear, "data key of the client"},
			{"version", Clear, "number of the version"},
			{"state", Clear, "active or ended"},
			{"name", Clear, "name of the institution"},
			{"contact", Sealed, "the person to call, if given"},
			{"roles", Clear, "roles"},
			{"areas", Clear, "codes of places"},
			{"purposes", Clear, "JSON: purposes with number of the authorisation, first and last day"},
			{"recorded_at", Clear, "when this version was recorded"},
		},
	},
	{
		Store: "agency", Name: "client_versions", Placement: Here, About: "what each client was allowed, and since when",
		Columns: []Column{
			{"client_id", Clear, "id of the client"},
			{"version", Clear, "number of the version"},
			{"state", Clear, "active or ended"},
			{"roles", Clear, "roles"},
			{"areas", Clear, "codes of places"},
			{"purposes", Clear, "JSON: purposes"},
			{"recorded_at", Clear, "when it was recorded"},
			{"recorded_by", Clear, "id of the administrator"},
		},
	},
	{
		Store: "agency", Name: "client_secrets", Placement: Here, About: "secrets of clients",
		Columns: []Column{
			{"secret", Blind, "the secret"},
			{"client_id", Clear, "id of the client"},
			{"created_at", Clear, "when it was issued"},
			{"expires_at", Clear, "when it opens nothing any more"},
		},
	},
	{
		Store: "agency", Name: "looked", Placement: ByColumn, By: "person", About: "who looked at a person's data and why, for that person to see",
		Columns: []Column{
			{"person", Blind, "the agency's token of the person"},
			{"look_id", Clear, "minute, and keyed sum of the id that the look has in its register, which joins to nothing there"},
			{"register", Clear, "the register"},
			{"at", Clear, "when, to the minute"},
			{"recorded_at", Clear, "when it came here, to the minute"},
			{"operation", Clear, "what was done"},
			{"kind", Clear, "kind of who looked"},
			{"recipient", Clear, "zeros; in rows of before, who looked"},
			{"purpose", Clear, "code of the purpose"},
			{"basis", Clear, "legal basis"},
			{"case_ref", Clear, "empty; in rows of before, reference of the case"},
			{"fields", Clear, "names of the fields that were handed out"},
			{"verdict", Clear, "answer of a comparison"},
			{"details", Sealed, "id of who looked, zeros for a job; reference of the case"},
		},
	},
}
