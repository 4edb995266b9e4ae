package fields

// common are the tables of every store; see Table.
var common = []Table{
	{
		Store: "*", Name: "migrations", Placement: Local, About: "the schema changes that were applied",
		Columns: []Column{
			{"set_name", Clear, "whose the change is"},
			{"number", Clear, "its number in the set"},
			{"name", Clear, "its name"},
			{"checksum", Clear, "SHA-256 of its file"},
			{"applied_at", Clear, "when it was applied"},
		},
	},
	{
		Store: "*", Name: "idempotency", Placement: ByColumn, By: "claim", About: "keys by which a repeated request is known again",
		Columns: []Column{
			{"claim", Clear, "SHA-256 of caller, operation and key: random to everybody else"},
			{"body", Clear, "SHA-256 of the key and the request: no guess can be tried without the key"},
			{"response", Sealed, "what the act answered"},
			{"created_at", Clear, "when the key was claimed"},
		},
	},
	{
		Store: "*", Name: "outbox", Placement: ByColumn, By: "subject_id", About: "events that leave a transaction",
		Columns: []Column{
			{"subject_id", Clear, "id of the person, household or other thing it happened to"},
			{"event_id", Clear, "id of the event"},
			{"topic", Clear, "stable name of what happened"},
			{"at", Clear, "when it happened"},
			{"body", Clear, "JSON of ids and codes; no personal data"},
			{"state", Clear, "0 waiting, 1 handled, 2 parked"},
			{"tries", Clear, "how often a handler failed"},
			{"due_at", Clear, "not before this instant; when it was handled"},
			{"note", Clear, "code of the last failure"},
		},
	},
	{
		Store: "*", Name: "jobs", Placement: ByColumn, By: "bucket", About: "background work",
		Columns: []Column{
			{"bucket", Clear, "the part of the work it belongs to, from its id"},
			{"job_id", Clear, "id of the job: the same work has the same id"},
			{"kind", Clear, "stable name of the work"},
			{"body", Clear, "JSON of ids and codes; no personal data"},
			{"state", Clear, "0 waiting, 1 held by a runner, 2 done, 3 parked"},
			{"tries", Clear, "how often it was begun"},
			{"due_at", Clear, "not before this instant; end of the lease while it is held; when it was done"},
			{"holder", Clear, "id of the runner that holds it"},
			{"note", Clear, "code of the last failure"},
			{"created_at", Clear, "when it was asked for"},
		},
	},
}
