package seal

import (
	"fmt"
	"time"

	"sijil/internal/errs"
	"sijil/internal/uid"
)

// Erased is in the chain of the error that Vault.Key returns for a key that
// was destroyed: what it sealed can never be read again, on purpose.
type Erased struct {
	At time.Time // when the key was destroyed
}

// Error says that and when the data were erased.
func (e *Erased) Error() string { return e.Unwrap().Error() }

// Unwrap returns the error as errs has it: NotFound, code "seal.erased".
func (e *Erased) Unwrap() error {
	return &errs.Error{Kind: errs.NotFound, Code: "seal.erased",
		What: "these data were erased on " + e.At.UTC().Format(time.DateOnly)}
}

// broken is the error of a sealed value that does not open. It names the place
// and never what was there.
func broken(b Binding, why string) error {
	return &errs.Error{Code: "seal.broken",
		What: fmt.Sprintf("the sealed value of %s.%s, row %s, version %d, does not open: %s", b.Table, b.Column, b.Row, b.Version, why),
		Fix:  "restore the row from a backup; a value that was moved, changed or cut short never opens"}
}

func noKey(id uid.ID) error {
	return &errs.Error{Kind: errs.NotFound, Code: "seal.no_key",
		What: "the key store has no key " + id.String(),
		Fix:  "check that the key store belongs to this store, and restore it from its own backup"}
}

// unavailable is what a keeper or a key store that fails is to the caller.
func unavailable(doing string, err error) error {
	return &errs.Error{Kind: errs.Unavailable, Code: "seal.unavailable",
		What: "cannot " + doing, Fix: "check the key store and the keeper of keys", Err: err}
}
