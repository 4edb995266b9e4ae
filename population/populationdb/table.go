package populationdb

import (
	"strconv"
	"strings"

	"sijil/access"
	"sijil/internal/uid"
	"sijil/population"
)

// table is a table that rows are added to, one by one or in bulk: both use the
// same columns and values.
type table[R any] struct {
	name    string
	columns []string
	values  func(r R) []any
	insert  string
}

// newTable makes the statement that adds a row. A row that is there already is
// left alone, and the statement then writes none.
func newTable[R any](name, columns string, values func(r R) []any) table[R] {
	t := table[R]{name: name, columns: strings.Fields(columns), values: values}
	places := make([]string, len(t.columns))
	for i := range places {
		places[i] = "$" + strconv.Itoa(i+1)
	}
	t.insert = "INSERT INTO " + name + " (" + strings.Join(t.columns, ", ") + ") VALUES (" + strings.Join(places, ", ") + ") ON CONFLICT DO NOTHING"
	return t
}

// maybe is null for the zero id.
func maybe(id uid.ID) any {
	if id.IsZero() {
		return nil
	}
	return id
}

var documentClaims = newTable("document_claims", "kind blind person_id claimed_at", func(r population.DocumentClaim) []any {
	return []any{r.Kind, r.Blind, r.Person, r.At}
})

var numberClaims = newTable("number_claims", "blind person_id claimed_at", func(r population.NumberClaim) []any {
	return []any{r.Blind, r.Person, r.At}
})

var tokenClaims = newTable("token_claims", "blind recipient person_id", func(r population.TokenClaim) []any {
	return []any{r.Blind, r.Recipient, r.Person}
})

var tokens = newTable("tokens", "person_id recipient sealed issued_at", func(r population.TokenRow) []any {
	return []any{r.Person, r.Recipient, r.Sealed, r.At}
})

var contacts = newTable("contacts", "blind person_id", func(r population.ContactRow) []any {
	return []any{r.Blind, r.Person}
})

var blockingKeys = newTable("blocking_keys", "blind person_id", func(r population.BlockingRow) []any {
	return []any{r.Blind, r.Person}
})

var persons = newTable("persons", "person_id key_id state revision locality assurance receipt number created_at changed_at",
	func(r population.PersonRow) []any {
		return []any{r.ID, r.Key, r.State, r.Revision, r.Locality, r.Assurance, r.Receipt, r.Number, r.At, r.At}
	})

var records = newTable("records", "person_id revision valid_from recorded_at recorded_by cause changed sealed",
	func(r population.RecordRow) []any {
		return []any{r.Person, r.Revision, r.ValidFrom, r.RecordedAt, r.RecordedBy, r.Cause, r.Changed, r.Sealed}
	})

var enrolments = newTable("enrolments",
	`receipt person_id state shown locality captured_by captured_at decided_by decided_at reason
	notice_version notice_language notice_way notice_hash erase_after`,
	func(r population.EnrolmentRow) []any {
		return []any{r.Receipt, r.Person, r.State, r.Shown, r.Locality, r.CapturedBy, r.CapturedAt, maybe(r.DecidedBy), r.DecidedAt, r.Reason,
			r.NoticeVersion, r.NoticeLanguage, r.NoticeWay, r.NoticeHash, r.EraseAfter}
	})

var relations = newTable("relations", "person_id relation_id kind state holder_id since until recorded_at recorded_by sealed",
	func(r population.RelationRow) []any {
		return []any{r.Person, r.ID, r.Kind, r.State, maybe(r.Holder), r.Since, r.Until, r.At, r.By, r.Sealed}
	})

var consents = newTable("consents", "person_id consent_id kind given_at given_to", func(r population.ConsentRow) []any {
	return []any{r.Person, r.ID, r.Kind, r.GivenAt, r.GivenTo}
})

var vouchings = newTable("vouchings", "person_id vouching_id for_id receipt at", func(r population.VouchingRow) []any {
	return []any{r.Witness, r.ID, r.For, r.Receipt, r.At}
})

var disclosures = newTable("disclosures",
	"person_id disclosure_id at operation recipient_kind recipient_id purpose basis case_ref fields",
	func(r access.Disclosure) []any {
		return []any{r.Subject, r.ID, r.At, r.Operation, int64(r.Kind), r.Recipient, r.Purpose, r.Basis, r.Case, strings.Join(r.Fields, ",")}
	})

var uses = newTable("uses", "person_id use_id at operation recipient_kind recipient_id purpose basis case_ref verdict",
	func(r access.Use) []any {
		return []any{r.Subject, r.ID, r.At, r.Operation, int64(r.Kind), r.Recipient, r.Purpose, r.Basis, r.Case, r.Verdict}
	})
