package backup

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"time"

	"sijil/internal/errs"
	"sijil/internal/strictjson"
	"sijil/seal"
)

// ManifestFile is the name of a backup's manifest.
const ManifestFile = "manifest.json"

const format = 1

// Manifest says what is in a folder of a backup. It carries a code that only
// the keys of its installation make.
type Manifest struct {
	Format       int       `json:"format"`
	Kind         string    `json:"kind"` // Stores or Keys
	MadeAt       time.Time `json:"made_at"`
	Program      string    `json:"program"`      // version that made it
	Engine       string    `json:"engine"`       // whose values the rows are
	Installation string    `json:"installation"` // a code of its keys: whose backup it is
	Key          uint16    `json:"key"`          // number of the blind key of both codes
	Stores       []Entry   `json:"stores"`
	Code         string    `json:"code"` // over all above; "" while it is made
}

// Entry is one store of a backup.
type Entry struct {
	Store      string            `json:"store"`
	File       string            `json:"file"`
	Bytes      int64             `json:"bytes"`
	SHA256     string            `json:"sha256"`
	TakenAt    time.Time         `json:"taken_at"` // before its snapshot: what happened earlier is in it
	Migrations map[string]string `json:"migrations"`
	Rows       map[string]int64  `json:"rows"`
	Outbox     Position          `json:"outbox"`
}

// Position is how far an outbox had come.
type Position struct {
	Last    string `json:"last"` // id of the newest event; "" when there is none
	Handled int64  `json:"handled"`
	Waiting int64  `json:"waiting"`
	Parked  int64  `json:"parked"`
}

// The kinds of backups. The keys are apart, and kept for a day, not for years.
const (
	Stores = "stores"
	Keys   = "keys"
)

// codeDomain is the domain whose blind keys sign backups.
const codeDomain = seal.Agency

// code computes HMAC-SHA-256 under a key that the keeper makes for what.
func code(ctx context.Context, k seal.Keeper, number uint16, what string, data []byte) (sum string, used uint16, err error) {
	const purpose = "sijil backup v1"
	msg := append([]byte{0, byte(len(purpose))}, purpose+what...) // as blind keys are derived elsewhere
	key, used, err := k.MAC(ctx, codeDomain, number, msg)
	if err != nil {
		return "", 0, err
	}
	mac := hmac.New(sha256.New, key[:])
	mac.Write(data)
	return hex.EncodeToString(mac.Sum(nil)), used, nil
}

func (m *Manifest) bytes() ([]byte, error) {
	bare := *m
	bare.Code = ""
	return json.Marshal(bare)
}

// sign fills in whose the backup is, and the code over it.
func (m *Manifest) sign(ctx context.Context, k seal.Keeper) (err error) {
	if m.Installation, m.Key, err = code(ctx, k, 0, "installation", nil); err != nil {
		return err
	}
	data, err := m.bytes()
	if err != nil {
		return err
	}
	m.Code, _, err = code(ctx, k, m.Key, "manifest", data)
	return err
}

// check refuses a manifest that the keys at hand did not sign.
func (m *Manifest) check(ctx context.Context, k seal.Keeper, file string) error {
	foreign := &errs.Error{Kind: errs.Denied, Code: "backup.other_keys", File: file, What: "the backup was made with another installation's keys",
		Fix: "bring the key file it was made with"}
	mine, _, err := code(ctx, k, m.Key, "installation", nil)
	if errs.KindOf(err) == errs.NotFound || err == nil && m.Key == 0 {
		return foreign
	}
	if err != nil {
		return err
	}
	if !hmac.Equal([]byte(mine), []byte(m.Installation)) {
		return foreign
	}
	data, err := m.bytes()
	if err != nil {
		return err
	}
	sum, _, err := code(ctx, k, m.Key, "manifest", data)
	if err == nil && !hmac.Equal([]byte(sum), []byte(m.Code)) {
		err = &errs.Error{Kind: errs.Denied, Code: "backup.tampered", File: file, What: "the manifest is not as it was written", Fix: "use another backup"}
	}
	return err
}

// largestManifest bounds what is read of one.
const largestManifest = 1 << 20

// ReadManifest reads the manifest of a folder, unchecked.
func ReadManifest(dir string) (Manifest, error) {
	var m Manifest
	path := filepath.Join(dir, ManifestFile)
	info, err := os.Stat(path)
	if err != nil || info.Size() > largestManifest {
		return m, &errs.Error{Kind: errs.NotFound, Code: "backup.no_manifest", File: path, What: "there is no manifest of a backup", Fix: "name a folder that sijil backup has made"}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return m, &errs.Error{Kind: errs.Unavailable, Code: "backup.file", File: path, What: "the manifest cannot be read", Fix: "let this account read it"}
	}
	if err := strictjson.Unmarshal(path, data, &m); err != nil {
		return m, err
	}
	if m.Format != format {
		return m, &errs.Error{Kind: errs.Invalid, Code: "backup.format", File: path, What: "this program does not read this format of backups", Fix: "use the program that made it"}
	}
	return m, nil
}

// Open reads and checks a folder: its manifest by the keys at hand, each file
// by the manifest.
func Open(ctx context.Context, dir, kind string, k seal.Keeper) (Manifest, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return m, err
	}
	path := filepath.Join(dir, ManifestFile)
	if m.Kind != kind {
		return m, &errs.Error{Kind: errs.Invalid, Code: "backup.kind", File: path, What: "this is a backup of " + m.Kind + ", not of " + kind, Fix: "name the other folder"}
	}
	if err := m.check(ctx, k, path); err != nil {
		return m, err
	}
	for _, e := range m.Stores {
		if err := e.check(dir); err != nil {
			return m, err
		}
	}
	return m, nil
}

// Entry returns the entry of a store.
func (m *Manifest) Entry(name string) (Entry, bool) {
	i := slices.IndexFunc(m.Stores, func(e Entry) bool { return e.Store == name })
	if i < 0 {
		return Entry{}, false
	}
	return m.Stores[i], true
}
