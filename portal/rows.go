package portal

import (
	"html/template"
	"strings"
)

// The rows of a result's tables are put together here and not in a template: a
// page has hundreds of cells, and a template takes a reflective call for each.
// Everything that is not a mark of this file is escaped.

// markup collects HTML.
type markup struct{ b strings.Builder }

// marks adds what stands in this file.
func (m *markup) marks(s string) *markup {
	m.b.WriteString(s)
	return m
}

// words adds text, escaped.
func (m *markup) words(s string) *markup {
	if strings.ContainsAny(s, `&<>"'`) {
		s = template.HTMLEscapeString(s)
	}
	m.b.WriteString(s)
	return m
}

func (m *markup) html() template.HTML {
	return template.HTML(m.b.String()) //nolint:gosec // words has escaped what this file did not write
}

// partRows are the rows of contributions.
func partRows(parts []part) template.HTML {
	var m markup
	for _, p := range parts {
		m.marks(`<tr><th scope="row">`).words(p.Name)
		for _, note := range p.Notes {
			m.marks(` <small>`).words(note).marks(`</small>`)
		}
		m.marks(`</th><td class="num">`).words(p.Value).marks(`</td><td class="num">`).words(p.Points)
		m.marks(`</td><td class="picture">`).marks(string(p.Bar)).marks("</td></tr>\n")
	}
	return m.html()
}

// moveRows are the rows of other answers; given is what stands in front of the
// answer given where there is no room for a heading.
func moveRows(rows []row, given string) template.HTML {
	var m markup
	for _, r := range rows {
		m.marks(`<tr`)
		if r.Crosses {
			m.marks(` class="crosses"`)
		}
		m.marks(`><th scope="row">`).words(r.Question).marks(`</th><td><span class="narrow" aria-hidden="true">`).words(given).marks(`</span> `).words(r.Given)
		m.marks(`</td><td>`).marks(string(r.Strip)).marks(`<ul>`)
		for _, o := range r.Others {
			m.marks(`<li><span>`).words(o.Answer).marks(`</span> <b>`).words(o.Change).marks(`</b>`)
			for _, c := range o.Crosses {
				m.marks(` <em>`).words(c).marks(`</em>`)
			}
			m.marks("</li>\n")
		}
		m.marks(string(items(r.Opens))).marks("</ul></td></tr>\n")
	}
	return m.html()
}

// items are the items of a list.
func items(texts []string) template.HTML {
	var m markup
	for _, s := range texts {
		m.marks(`<li>`).words(s).marks("</li>\n")
	}
	return m.html()
}
