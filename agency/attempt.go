package agency

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"time"

	"sijil/internal/errs"
	"sijil/seal"
)

// How failed logins slow a name down. The first five are free; after that each
// doubles the wait, up to a quarter of an hour: a guesser has some hundred
// tries a day, and whoever owns the account is never locked out for longer
// than that. Nothing that is tried during a wait is looked at or counted.
const (
	freeFailures = 5
	longestWait  = 15 * time.Minute
	forgetAfter  = 24 * time.Hour
)

// wait is how long nothing is looked at after so many failures in a row.
func wait(failures int) time.Duration {
	if failures < freeFailures {
		return 0
	}
	return min(time.Second<<min(failures-freeFailures, 20), longestWait)
}

// A device is a text that a browser keeps after a login that went well. A name
// tried from such a device has a counter of its own there, so that strangers
// who guess at the name do not slow down its owner (OWASP, "Slow Down Online
// Guessing Attacks with Device Cookies"). It is a nonce and its proof under
// the agency's key: nothing of it is stored, and it opens nothing by itself.
const nonceSize = 16

func (s *Service) newDevice(ctx context.Context, login string) (string, error) {
	nonce := make([]byte, nonceSize)
	if _, err := io.ReadFull(s.rand, nonce); err != nil {
		panic("agency: no randomness: " + err.Error())
	}
	proof, err := s.vault.Blind(ctx, blindDevice, deviceText(login, nonce))
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(slices.Concat(nonce, proof[:])), nil
}

func deviceText(login string, nonce []byte) []byte { return append([]byte(login+"\x00"), nonce...) }

// counters returns the keys of the counter of an attempt, the current first:
// that of the device when it proves itself for this login, that of the login
// otherwise. known says which.
func (s *Service) counters(ctx context.Context, login, device string) (keys []seal.Blind, known bool, err error) {
	what := []byte(login + "\x00")
	raw, err := base64.RawURLEncoding.DecodeString(device)
	if err == nil && len(raw) == nonceSize+seal.BlindSize {
		proofs, err := s.vault.Blinds(ctx, blindDevice, deviceText(login, raw[:nonceSize]))
		if err != nil {
			return nil, false, err
		}
		for _, p := range proofs {
			// The proof is keyed and as long as a session's secret: what a
			// comparison in time would tell helps nobody to the next byte.
			known = known || string(p[:]) == string(raw[nonceSize:])
		}
	}
	if known {
		what = deviceText(login, raw[:nonceSize])
	}
	keys, err = s.vault.Blinds(ctx, blindAttempt, what)
	return keys, known, err
}

// reserve counts an attempt before it is looked at, so that attempts made at
// the same time are counted too; a login that goes well takes it back.
func (s *Service) reserve(ctx context.Context, keys []seal.Blind, now time.Time) (failures int, err error) {
	err = s.store.Do(ctx, func(tx Tx) error {
		for range 3 {
			old, err := tx.Attempt(ctx, keys)
			if err != nil {
				return err
			}
			if now.Before(old.Until) {
				return slowed(old.Until.Sub(now))
			}
			next := Attempt{Key: keys[0], Failures: old.Failures + 1, Last: now}
			if now.Sub(old.Last) > forgetAfter {
				next.Failures = 1
			}
			next.Until = now.Add(wait(next.Failures))
			failures = next.Failures
			if ok, err := tx.PutAttempt(ctx, old, next); err != nil || ok {
				return err
			}
			// Somebody else counted in between: look again.
		}
		return slowed(time.Second)
	})
	return failures, err
}

func slowed(left time.Duration) error {
	left = max(left.Round(time.Second), time.Second)
	return &errs.Error{Kind: errs.Denied, Code: "agency.login_wait", RetryAfter: left,
		What: "this name was tried too often with a wrong password",
		Fix:  fmt.Sprintf("try again in %s; an administrator can set a new password", left)}
}
