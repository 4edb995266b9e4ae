package api

import (
	"context"
	"net/http"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/internal/uid"
)

type staffIn struct {
	Name     string   `json:"name" maxLength:"200" example:"Invented Officer"`
	Login    string   `json:"login" minLength:"3" maxLength:"64" example:"officer.two"`
	Contact  string   `json:"contact,omitempty" maxLength:"200"`
	Password string   `json:"password" maxLength:"512" doc:"15 to 128 characters; handed over, and changed at the first login." example:"a kettle sings over the harbour"`
	Roles    []string `json:"roles" minItems:"1" maxItems:"9" example:"[\"registration_officer\"]"`
	Areas    []string `json:"areas" minItems:"1" maxItems:"100" doc:"Codes of places, or * for everywhere." example:"[\"01\"]"`
	Office   string   `json:"office,omitempty" maxLength:"64" example:"01.002.7"`
}

type staffOut struct {
	Ref     string   `json:"ref" example:"mfrggzdfmztwq2lknnwg23tpoa"`
	Name    string   `json:"name" example:"Invented Officer"`
	Login   string   `json:"login" example:"officer.two"`
	Contact string   `json:"contact,omitempty"`
	Roles   []string `json:"roles" example:"[\"registration_officer\"]"`
	Areas   []string `json:"areas" example:"[\"01\"]"`
	Office  string   `json:"office,omitempty" example:"01.002.7"`
	State   string   `json:"state" example:"active"`
	Version int64    `json:"version" doc:"Send it with a change: a version that is no longer the latest is 409." example:"1"`
}

type staffPage struct {
	Staff []staffOut `json:"staff"`
	Next  string     `json:"next,omitempty" doc:"The cursor of the next page; left out after the last."`
}

type staffChange struct {
	Version int64    `json:"version" minimum:"1" example:"1"`
	Roles   []string `json:"roles" minItems:"1" maxItems:"9" example:"[\"registration_officer\"]"`
	Areas   []string `json:"areas" minItems:"1" maxItems:"100" example:"[\"01\"]"`
	Office  string   `json:"office,omitempty" maxLength:"64" example:"01.002.7"`
}

type versionIn struct {
	Version int64 `json:"version" minimum:"1" doc:"The version that was seen." example:"1"`
}

type freshPassword struct {
	Fresh string `json:"fresh" maxLength:"512" example:"two herons stand in a field"`
}

type staffVersion struct {
	Version  int64     `json:"version" example:"1"`
	State    string    `json:"state" example:"active"`
	Roles    []string  `json:"roles" example:"[\"registration_officer\"]"`
	Areas    []string  `json:"areas" example:"[\"01\"]"`
	Office   string    `json:"office,omitempty"`
	Recorded time.Time `json:"recorded"`
}

type staffHistory struct {
	Versions []staffVersion `json:"versions"`
}

// OfRef is a path with a reference.
type OfRef struct {
	Ref string `path:"ref" maxLength:"26" example:"mfrggzdfmztwq2lknnwg23tpoa"`
}

// refAnd is a path with a reference, and a body.
type refAnd[T any] struct {
	OfRef
	Body T
}

func (a *API) staff() {
	add(a, operation{
		id: "staff.list", method: http.MethodGet, path: "/v1/staff", tag: "staff", may: access.StaffManage, summary: "List accounts of staff",
	}, a.listStaff)
	add(a, operation{
		id: "staff.create", method: http.MethodPost, path: "/v1/staff", tag: "staff", may: access.StaffManage, creates: true, status: http.StatusCreated,
		summary: "Make an account", about: "A login is given once and never again.",
	}, func(ctx context.Context, c *call, in *given[staffIn]) (*staffOut, error) {
		n := in.Body
		return staffOrError(a.Agency.CreateStaff(ctx, c.Caller, c.key, agency.NewStaff{Name: n.Name, Login: n.Login, Contact: n.Contact, Password: n.Password,
			Roles: words[access.Role](n.Roles), Areas: n.Areas, Office: n.Office}))
	})
	add(a, operation{
		id: "staff.change", method: http.MethodPut, path: "/v1/staff/{ref}", tag: "staff", may: access.StaffManage,
		summary: "Change roles, areas and office", about: "It holds from the next thing they do.",
	}, func(ctx context.Context, c *call, in *refAnd[staffChange]) (*staffOut, error) {
		ref, err := inPath(in.Ref)
		if err != nil {
			return nil, err
		}
		b := in.Body
		return staffOrError(a.Agency.ChangeStaff(ctx, c.Caller, ref, agency.StaffChange{Version: b.Version, Roles: words[access.Role](b.Roles), Areas: b.Areas, Office: b.Office}))
	})
	add(a, operation{
		id: "staff.end", method: http.MethodPost, path: "/v1/staff/{ref}/end", tag: "staff", may: access.StaffManage,
		summary: "End an account for ever", about: "All its sessions end. The last administrator cannot be ended.",
	}, func(ctx context.Context, c *call, in *refAnd[versionIn]) (*staffOut, error) {
		ref, err := inPath(in.Ref)
		if err != nil {
			return nil, err
		}
		return staffOrError(a.Agency.EndStaff(ctx, c.Caller, ref, in.Body.Version))
	})
	addNone(a, operation{
		id: "staff.password", method: http.MethodPut, path: "/v1/staff/{ref}/password", tag: "staff", may: access.StaffManage, most: 4 << 10,
		summary: "Give somebody a new password", about: "All their sessions end.",
	}, func(ctx context.Context, c *call, in *refAnd[freshPassword]) error {
		ref, err := inPath(in.Ref)
		if err != nil {
			return err
		}
		return a.Agency.ResetPassword(ctx, c.Caller, ref, in.Body.Fresh)
	})
	add(a, operation{
		id: "staff.history", method: http.MethodGet, path: "/v1/staff/{ref}/history", tag: "staff", may: access.StaffManage, summary: "What somebody was allowed, and since when",
	}, a.staffHistory)
	if a.Linker == nil {
		return
	}
	addNone(a, operation{
		id: "staff.person", method: http.MethodPost, path: "/v1/staff/{ref}/person", tag: "staff", may: access.StaffManage, creates: true,
		summary: "Record which person a staff member is",
		about:   "So that nobody vouches or judges at the office they work for. The person is named by number, name and birth date, with a stated purpose, and sees the question.",
	}, func(ctx context.Context, c *call, in *refAnd[claim]) error {
		ref, err := inPath(in.Ref)
		if err != nil {
			return err
		}
		r := a.reader()
		person := r.claim("", in.Body)
		if err := r.faults.Err(); err != nil {
			return err
		}
		return a.Linker.LinkStaff(ctx, c.Caller, c.key, ref, person)
	})
}

func (a *API) listStaff(ctx context.Context, c *call, in *Paging) (*staffPage, error) {
	after, err := a.take(ctx, c, "staff.list", "", in.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := a.Agency.ListStaff(ctx, c.Caller, uid.Ref(after), in.Limit)
	if err != nil {
		return nil, err
	}
	out := &staffPage{Staff: mapped(list, func(s agency.Staff) staffOut { return *staffOf(s) })}
	if len(list) == in.Limit {
		out.Next, err = a.give(ctx, c, "staff.list", "", string(list[len(list)-1].Ref))
	}
	return out, err
}

func (a *API) staffHistory(ctx context.Context, c *call, in *OfRef) (*staffHistory, error) {
	ref, err := inPath(in.Ref)
	if err != nil {
		return nil, err
	}
	list, err := a.Agency.StaffHistory(ctx, c.Caller, ref)
	if err != nil {
		return nil, err
	}
	return &staffHistory{mapped(list, func(v agency.StaffVersion) staffVersion {
		return staffVersion{v.Version, string(v.State), texts(v.Roles), texts(v.Areas), v.Office, at(v.Recorded)}
	})}, nil
}

func staffOrError(s agency.Staff, err error) (*staffOut, error) {
	if err != nil {
		return nil, err
	}
	return staffOf(s), nil
}

func staffOf(s agency.Staff) *staffOut {
	return &staffOut{string(s.Ref), s.Name, s.Login, s.Contact, texts(s.Roles), texts(s.Areas), s.Office, string(s.State), s.Version}
}
