package population

import (
	"context"
	"time"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/uid"
	"sijil/seal"
)

type known struct {
	day civil.Date
	at  time.Time
}

var errPending = &errs.Error{What: "not built yet"}

func (s *Service) show(context.Context, access.Caller, seal.Token, string, []Field, known) (Shown, error) {
	return Shown{}, errPending
}
func (s *Service) facts(context.Context, access.Caller, string, []seal.Token) ([]Fact, error) {
	return nil, errPending
}
func (s *Service) find(context.Context, access.Caller, FindRequest) ([]Candidate, error) {
	return nil, errPending
}
func (s *Service) correct(context.Context, access.Caller, string, Correction) (Corrected, error) {
	return Corrected{}, errPending
}
func (s *Service) consent(context.Context, access.Caller, string, ConsentAct) error { return errPending }
func (s *Service) accept(context.Context, access.Caller, string, uid.Ref, Acceptance) (Status, error) {
	return Status{}, errPending
}
func (s *Service) receipt(context.Context, access.Caller, uid.Ref) (Status, error) {
	return Status{}, errPending
}
func (s *Service) relate(context.Context, access.Caller, string, RelationAct) error { return errPending }
func (s *Service) vouched(context.Context, access.Caller, uid.ID) ([]Vouching, error) {
	return nil, errPending
}
