package keeper

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"sijil/internal/errs"
	"sijil/internal/strictjson"
	"sijil/seal"
	"sijil/seal/xaes"
)

const fileFormat = 1

// document is the file. A later format has another number and is refused by
// this program, not misread.
type document struct {
	Format  int                     `json:"format"`
	Warning string                  `json:"warning"`
	Domains map[string]keysOfDomain `json:"domains"`
}

type keysOfDomain struct {
	Zone  []keyInFile `json:"zone"`  // the current first
	Blind []keyInFile `json:"blind"` // the current first
}

type keyInFile struct {
	Number  uint16    `json:"number"`
	Created time.Time `json:"created"`
	Key     string    `json:"key"` // base64 of 32 bytes
}

const warning = "Whoever reads this file can read every sealed record; without it nobody can. Keep it apart from the stores and their backups."

// read opens the file, after its mode, and checks what is in it. No error
// holds anything of a key.
func read(path string) (map[seal.Domain]*domain, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, "cannot open the key file", "create it with sijil admin, or name the one that exists", err)
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return nil, fileError(path, "cannot look at the key file", "", err)
	}
	if !info.Mode().IsRegular() {
		return nil, &errs.Error{Kind: errs.Invalid, Code: "keeper.mode", File: path, What: "this is not a plain file", Fix: "name a key file"}
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, &errs.Error{Kind: errs.Denied, Code: "keeper.mode", File: path,
			What: fmt.Sprintf("others than its owner may use the key file (mode %04o)", info.Mode().Perm()),
			Fix:  "chmod 600 " + path + ", and think about who has read it"}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fileError(path, "cannot read the key file", "", err)
	}
	defer clear(data)
	return parse(path, data)
}

func parse(path string, data []byte) (map[seal.Domain]*domain, error) {
	bad := func(field, what string) error {
		return &errs.Error{Kind: errs.Invalid, Code: "keeper.file", File: path, Field: field, What: what, Fix: "restore the key file from its backup"}
	}
	var doc document
	if err := strictjson.Unmarshal(path, data, &doc); err != nil {
		return nil, err // it quotes no value
	}
	if doc.Format != fileFormat {
		return nil, bad("format", fmt.Sprintf("this program reads format %d of key files, not %d", fileFormat, doc.Format))
	}
	if len(doc.Domains) == 0 {
		return nil, bad("domains", "it has no domain")
	}
	domains := make(map[seal.Domain]*domain, len(doc.Domains))
	for name, in := range doc.Domains {
		dom := &domain{}
		for _, part := range []struct {
			field string
			in    []keyInFile
			out   *[]key
		}{{"zone", in.Zone, &dom.zone}, {"blind", in.Blind, &dom.blind}} {
			field := "domains." + name + "." + part.field
			if len(part.in) == 0 {
				return nil, bad(field, "it has no key")
			}
			seen := map[uint16]bool{}
			for i, k := range part.in {
				secret, err := base64.StdEncoding.Strict().DecodeString(k.Key)
				if err != nil || len(secret) != keySize || k.Number == 0 || seen[k.Number] {
					return nil, bad(fmt.Sprintf("%s[%d]", field, i), "the key is damaged, or its number is missing or repeated")
				}
				seen[k.Number] = true
				out := key{number: k.Number, created: k.Created, secret: [keySize]byte(secret)}
				clear(secret)
				out.aead = xaes.New(&out.secret)
				*part.out = append(*part.out, out)
			}
		}
		domains[seal.Domain(name)] = dom
	}
	return domains, nil
}

// write makes the file whole or not at all: beside it, flushed to disk, then
// moved over it. Without replace it never takes the place of another.
func write(path string, domains map[seal.Domain]*domain, replace bool) (err error) {
	doc := document{Format: fileFormat, Warning: warning, Domains: map[string]keysOfDomain{}}
	for name, dom := range domains {
		doc.Domains[string(name)] = keysOfDomain{Zone: forFile(dom.zone), Blind: forFile(dom.blind)}
	}
	data, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return fileError(path, "cannot write the key file", "", err)
	}
	defer clear(data)
	dir := filepath.Dir(path)
	tmp, err := os.CreateTemp(dir, ".keys-*") // mode 0600
	if err != nil {
		return fileError(path, "cannot write beside the key file", "make its folder writable for the service", err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }() // gone already when all went well
	_, err = tmp.Write(append(data, '\n'))
	if err == nil {
		err = tmp.Sync()
	}
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = move(tmp.Name(), path, replace)
	}
	if err == nil {
		err = syncFolder(dir)
	}
	if errors.Is(err, fs.ErrExist) {
		return &errs.Error{Kind: errs.Conflict, Code: "keeper.exists", File: path, What: "a file is there already",
			Fix: "open it, or choose another path; a key file is never overwritten"}
	}
	if err != nil {
		return fileError(path, "cannot write the key file", "", err)
	}
	return nil
}

// move gives the file its name. A link, unlike a rename, fails when the name
// is taken.
func move(from, to string, replace bool) error {
	if replace {
		return os.Rename(from, to)
	}
	return os.Link(from, to)
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closed := d.Close(); err == nil {
		err = closed
	}
	return err
}

func forFile(keys []key) []keyInFile {
	out := make([]keyInFile, len(keys))
	for i := range keys {
		out[i] = keyInFile{Number: keys[i].number, Created: keys[i].created, Key: base64.StdEncoding.EncodeToString(keys[i].secret[:])}
	}
	return out
}

func fileError(path, what, fix string, err error) error {
	kind := errs.Unavailable
	if errors.Is(err, fs.ErrNotExist) {
		kind = errs.NotFound
	}
	return &errs.Error{Kind: kind, Code: "keeper.file", File: path, What: what, Fix: fix, Err: err}
}
