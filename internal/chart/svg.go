package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Paints. Fallbacks hold on white and on near black.
const (
	ink   = "var(--chart-ink,currentColor)"
	paper = "var(--chart-paper,#fff)"
)

var accents = [...]string{
	"var(--chart-1,#3a7ca8)", "var(--chart-2,#b5651d)", "var(--chart-3,#5b8040)", "var(--chart-4,#8f62ad)",
}

// dashes and markers tell series apart without colour.
var dashes = [...]string{"", "7 4", "2 3", "9 3 2 3"}

// dark is the style of a picture that stands alone.
const dark = `:root{color:#1d2730;--chart-paper:#fff}` +
	`@media screen and (prefers-color-scheme:dark){:root{color:#e4e8eb;--chart-paper:#14191e;` +
	`--chart-1:#7db5dc;--chart-2:#e0a063;--chart-3:#9cc27d;--chart-4:#c6a2df}}`

const (
	small  = 12.0 // size of ordinary text, in pixels
	large  = 15.0 // size of the title
	margin = 12.0
)

// edge is the physical side of a text that stands at its x.
type edge int

const (
	leftEdge edge = iota
	middle
	rightEdge
)

// canvas collects the drawing; y is how far down it has come.
type canvas struct {
	bytes.Buffer
	Frame
	width float64
	y     float64
}

// escape makes text safe between tags and in quotes, and replaces what XML
// cannot hold.
func escape(s string) string {
	var b strings.Builder
	// A strings.Builder never fails to write.
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// n prints a coordinate to a tenth of a pixel.
func n(v float64) string {
	return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64)
}

// drawf writes one element; numbers are coordinates, strings are trusted.
func (c *canvas) drawf(format string, args ...any) {
	for i, a := range args {
		if v, ok := a.(float64); ok {
			args[i] = n(v)
		}
	}
	fmt.Fprintf(c, format+"\n", args...)
}

// words writes text in the picture's direction with one physical edge at x.
func (c *canvas) words(x, y, size float64, at edge, s, attributes string) {
	if c.RTL {
		c.text(x, y, size, [...]string{"end", "middle", "start"}[at], s, attributes+` direction="rtl"`)
		return
	}
	c.text(x, y, size, [...]string{"start", "middle", "end"}[at], s, attributes)
}

// number writes a formatted number, from left to right in any language.
func (c *canvas) number(x, y float64, at edge, s string) {
	attributes := ` fill-opacity=".8"`
	if c.RTL {
		attributes += ` direction="ltr"`
	}
	c.text(x, y, small, [...]string{"start", "middle", "end"}[at], s, attributes)
}

func (c *canvas) text(x, y, size float64, anchor, s, attributes string) {
	c.drawf(`<text x="%s" y="%s" font-size="%s" text-anchor="%s"%s>%s</text>`, x, y, size, anchor, attributes, escape(s))
}

// begins is the edge where reading begins, and its x at the margin.
func (c *canvas) begins() (float64, edge) {
	if c.RTL {
		return c.width - margin, rightEdge
	}
	return margin, leftEdge
}

// paragraph writes wrapped text from the reading edge and moves down.
func (c *canvas) paragraph(s string, size float64, attributes string) {
	x, at := c.begins()
	for _, line := range wrap(s, size, c.width-2*margin) {
		c.y += size * 1.3
		c.words(x, c.y, size, at, line, attributes)
	}
}

// picture lays out a whole picture: heading, body, and the root around them.
func (f Frame) picture(body func(*canvas)) ([]byte, error) {
	if f.Width == 0 {
		f.Width = 640
	}
	if f.ID == "" {
		f.ID = "chart"
	}
	c := &canvas{Frame: f, width: float64(f.Width), y: margin / 2}
	c.paragraph(f.Title, large, ` font-weight="600"`)
	c.y += 4
	body(c)
	c.y = math.Ceil(c.y + margin)
	drawing := bytes.Clone(c.Bytes())
	c.Reset()
	c.drawf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-labelledby="%s-title %s-desc"%s font-family="system-ui,'Segoe UI','Noto Sans','Noto Sans Arabic','Noto Kufi Arabic',sans-serif" fill="%s">`,
		c.width, c.y, c.width, c.y, f.ID, f.ID, f.language(), ink)
	c.drawf(`<title id="%s-title">%s</title>`, f.ID, escape(f.Title))
	c.drawf(`<desc id="%s-desc">%s</desc>`, f.ID, escape(f.Desc))
	if f.Standalone {
		c.drawf(`<style>%s</style>`, dark)
		c.drawf(`<rect width="%s" height="%s" fill="%s"/>`, c.width, c.y, paper)
	}
	c.Buffer.Write(drawing)
	c.drawf(`</svg>`)
	return c.Bytes(), nil
}

func (f Frame) language() string {
	var a string
	if f.Lang != "" {
		a = ` lang="` + f.Lang + `"`
	}
	return a
}

// empty is the honest picture of nothing.
func (f Frame) empty() ([]byte, error) {
	if f.NoData == "" {
		f.NoData = "No data"
	}
	return f.picture(func(c *canvas) {
		c.drawf(`<rect x="%s" y="%s" width="%s" height="120" fill="none" stroke="%s" stroke-opacity=".3" stroke-dasharray="4 4"/>`,
			margin, c.y+8, c.width-2*margin, ink)
		c.words(c.width/2, c.y+73, small, middle, f.NoData, ` fill-opacity=".8"`)
		c.y += 128
	})
}

// textWidth estimates the width of text, generously: fonts are not known.
func textWidth(s string, size float64) float64 {
	var w float64
	for _, r := range s {
		w += runeWidth(r)
	}
	return w * size
}

// runeWidth is the estimated advance of a character in a font of size 1.
func runeWidth(r rune) float64 {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case strings.ContainsRune(" .,:;!|'ilıjftr()", r):
		return .36
	case unicode.IsUpper(r) || r == 'm' || r == 'w' || r == '—' || r == '%':
		return .74
	case r >= 0x2E80:
		return 1
	}
	return .58
}

// wrap breaks text at spaces into lines that fit; a longer word is cut short.
func wrap(s string, size, width float64) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		if joined := strings.TrimSpace(line + " " + word); textWidth(joined, size) <= width {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		line = shorten(word, size, width)
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// shorten cuts text that does not fit and says so with an ellipsis.
func shorten(s string, size, width float64) string {
	if textWidth(s, size) <= width {
		return s
	}
	w := runeWidth('…')
	for i, r := range s {
		if w += runeWidth(r); w*size > width {
			return strings.TrimSpace(s[:i]) + "…"
		}
	}
	return s
}
