package portal

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
)

//go:embed assets/*.css assets/*.svg assets/*.woff2
var assetFiles embed.FS

const assetsPath = "/assets/"

// assets are the style sheet, the fonts and the mark, each under a name that
// holds its hash: a browser may keep it for ever.
type assets struct {
	byName map[string]*asset
	names  map[string]string // by the name of the file
}

type asset struct {
	answer      *answer
	contentType string
}

// The names of files that a page or the style sheet asks for.
const (
	styleSheet = "portal.css"
	markFile   = "mark.svg"
	arabicFont = "readex-pro-arabic.woff2"
	latinFont  = "readex-pro-latin.woff2"
)

func loadAssets() (*assets, error) {
	a := &assets{byName: map[string]*asset{}, names: map[string]string{}}
	for _, file := range []string{markFile, arabicFont, latinFont, styleSheet} { // the sheet last: it names the fonts
		data, err := assetFiles.ReadFile("assets/" + file)
		if err != nil {
			return nil, err
		}
		contentType := map[string]string{".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".woff2": "font/woff2"}[path.Ext(file)]
		if file == styleSheet {
			for name, hashed := range a.names {
				data = bytes.ReplaceAll(data, []byte(name), []byte(hashed))
			}
		}
		sum := sha256.Sum256(data)
		ext := path.Ext(file)
		hashed := strings.TrimSuffix(file, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		kept, err := keep(data)
		if err != nil {
			return nil, err
		}
		if ext == ".woff2" { // compressed already
			kept.zipped = nil
		}
		a.names[file] = hashed
		a.byName[hashed] = &asset{answer: kept, contentType: contentType}
	}
	return a, nil
}

// path returns the address of a file.
func (a *assets) path(file string) string { return assetsPath + a.names[file] }

func (p *Portal) asset(w http.ResponseWriter, r *http.Request, name string) {
	found, ok := p.assets.byName[name]
	if !ok {
		l, _, _ := p.languageOf(r)
		p.fail(w, r, l, http.StatusNotFound)
		return
	}
	if !allow(w, r, http.MethodGet, http.MethodHead) {
		l, _, _ := p.languageOf(r)
		p.fail(w, r, l, http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	found.answer.send(w, r, http.StatusOK, found.contentType)
}
