package agency

import (
	"context"
	"encoding/json"
	"time"

	"sijil/access"
	"sijil/internal/outbox"
	"sijil/internal/uid"
)

// Topics of the agency's events. Bodies hold ids and codes.
const (
	TopicStaffCreated    = "staff.created"
	TopicStaffChanged    = "staff.changed"
	TopicStaffEnded      = "staff.ended"
	TopicStaffRecovered  = "staff.recovered" // an administrator made on the machine though there was one
	TopicPasswordSet     = "staff.password_set"
	TopicLogin           = "session.started"
	TopicLogout          = "session.ended"
	TopicLoginSlowed     = "login.slowed" // many wrong passwords; the subject may be the decoy
	TopicClientCreated   = "client.created"
	TopicClientChanged   = "client.changed"
	TopicClientEnded     = "client.ended"
	TopicSecretIssued    = "client.secret_issued"
	TopicPurposeRecorded = "purpose.recorded"
)

type eventBody struct {
	By       string        `json:"by,omitempty"` // id of the actor; absent for the system
	Version  int64         `json:"version,omitempty"`
	Roles    []access.Role `json:"roles,omitempty"`
	Areas    []string      `json:"areas,omitempty"`
	Code     string        `json:"code,omitempty"`
	Reason   string        `json:"reason,omitempty"` // a code, never free text
	Failures int           `json:"failures,omitempty"`
}

func (s *Service) emit(ctx context.Context, tx Tx, subject uid.ID, topic string, at time.Time, by access.Caller, b eventBody) error {
	if !by.Actor.IsZero() {
		b.By = by.Actor.String()
	}
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return tx.Emit(ctx, outbox.Event{ID: s.ids.NewID(), Subject: subject, Topic: topic, At: at, Body: body})
}
