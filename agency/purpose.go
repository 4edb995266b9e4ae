package agency

import (
	"context"
	"slices"

	"sijil/access"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/lang"
	"sijil/internal/strictjson"
)

// Purpose is what data may be asked for, and the law that allows it.
type Purpose struct {
	Code  string        `json:"code"`
	Name  lang.Text     `json:"name"`  // what people read, per language
	Basis string        `json:"basis"` // the legal basis: law, article
	Roles []access.Role `json:"roles"` // who may state it
	From  civil.Date    `json:"from,omitzero"`
	To    civil.Date    `json:"to,omitzero"` // last day; zero: no end set
}

// on reports whether the purpose holds on a day.
func (p Purpose) on(day civil.Date) bool { return inside(day, p.From, p.To) }

func inside(day, from, to civil.Date) bool {
	return (from.IsZero() || !day.Before(from)) && (to.IsZero() || !day.After(to))
}

// ParsePurposes reads a country's purposes. languages are those every text is
// in.
func ParsePurposes(file string, data []byte, languages []string) ([]Purpose, error) {
	var f struct {
		Comment  string `json:"comment"`
		Purposes []struct {
			Purpose

			Status string `json:"status"` // how far it was verified
		} `json:"purposes"`
	}
	if err := strictjson.Unmarshal(file, data, &f); err != nil {
		return nil, err
	}
	var bad errs.List
	if len(f.Purposes) == 0 {
		bad.Addf("purposes", "name at least one", "there is no purpose")
	}
	var out []Purpose
	for i, p := range f.Purposes {
		checkPurpose(&bad, "purposes["+itoa(i)+"].", p.Purpose, languages)
		if slices.ContainsFunc(out, func(q Purpose) bool { return q.Code == p.Code }) {
			bad.Addf("purposes["+itoa(i)+"].code", "give each a code of its own", "two purposes have this code")
		}
		out = append(out, p.Purpose)
	}
	if err := errs.At(bad.Err(), file, 0); err != nil {
		return nil, err
	}
	return out, nil
}

func checkPurpose(bad *errs.List, at string, p Purpose, languages []string) {
	if !codeForm.MatchString(p.Code) || len(p.Code) > 64 {
		bad.Addf(at+"code", "use small letters, digits, dots, hyphens and underscores", "this cannot be the code of a purpose")
	}
	p.Name.Check(at+"name", languages, func(field, what, fix string) { bad.Addf(field, fix, "%s", what) })
	checkText(bad, at+"basis", p.Basis, 3, 300)
	if len(p.Roles) == 0 {
		bad.Addf(at+"roles", "name who may state the purpose", "nobody may state this purpose")
	}
	for _, r := range p.Roles {
		if !slices.Contains(access.Roles, r) {
			bad.Addf(at+"roles", "the roles are: "+roleList(access.Roles), "there is no such role")
		}
	}
	if !p.To.IsZero() && p.To.Before(p.From) {
		bad.Addf(at+"to", "let it end on or after the day it begins", "the purpose ends before it begins")
	}
}

// RegisterPurposes records purposes, new or changed. Those that are not named
// stay as they are: a purpose ends by its last day, and is never removed.
func (s *Service) RegisterPurposes(ctx context.Context, c access.Caller, purposes []Purpose) (changed int, err error) {
	if err := c.May(access.PurposeManage); err != nil {
		return 0, err
	}
	var bad errs.List
	for i, p := range purposes {
		languages := make([]string, 0, len(p.Name))
		for l := range p.Name {
			languages = append(languages, l)
		}
		checkPurpose(&bad, "purposes["+itoa(i)+"].", p, languages)
	}
	if err := bad.Err(); err != nil {
		return 0, err
	}
	now := s.now()
	err = s.store.Do(ctx, func(tx Tx) error {
		changed = 0
		have, err := tx.Purposes(ctx)
		if err != nil {
			return err
		}
		for _, p := range purposes {
			if slices.ContainsFunc(have, p.same) {
				continue
			}
			if err := tx.PutPurpose(ctx, p, now); err != nil {
				return err
			}
			if err := s.emit(ctx, tx, s.ids.NewID(), TopicPurposeRecorded, now, c, eventBody{Code: p.Code}); err != nil {
				return err
			}
			changed++
		}
		return nil
	})
	return changed, err
}

func (p Purpose) same(q Purpose) bool {
	if len(p.Name) != len(q.Name) {
		return false
	}
	for l, text := range p.Name {
		if q.Name[l] != text {
			return false
		}
	}
	return p.Code == q.Code && p.Basis == q.Basis && p.From == q.From && p.To == q.To && slices.Equal(p.Roles, q.Roles)
}

// Purposes returns all registered purposes by code. They name nobody and are
// for everybody to read.
func (s *Service) Purposes(ctx context.Context) (out []Purpose, err error) {
	err = s.store.View(ctx, func(tx Tx) (err error) {
		out, err = tx.Purposes(ctx)
		return err
	})
	return out, err
}
