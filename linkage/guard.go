package linkage

// kinDoubt is the weight against kin below which two records that may be twins
// are left to people, however much else agrees.
const kinDoubt = 6.0

// guard says why a pair of a pattern must be left to people, whatever its
// weight.
func (m *Model) guard(p pattern) Guard {
	for f, strict := range m.strict {
		if strict && p.level(f) == different {
			return DocumentsDiffer
		}
	}
	if m.maybeKin(p) {
		if _, kins := m.against(p); kins < kinDoubt {
			return MaybeKin
		}
	}
	return NoGuard
}

// likelierKin reports whether a pair looks more like twins than like one
// person.
func (m *Model) likelierKin(p pattern) bool {
	if !m.maybeKin(p) {
		return false
	}
	_, kins := m.against(p)
	return kins < 0
}

// maybeKin reports whether the given names are two names and everything that a
// family shares agrees, with no document that says otherwise.
func (m *Model) maybeKin(p pattern) bool {
	named, born, family, other := false, false, 0, 0
	for f, field := range m.spec.Fields {
		level := p.level(f)
		switch {
		case level == missing:
		case field.Kind == Given || field.Kind == Full:
			named = named || field.twoNames(level) || len(field.Columns) > 1 && level == pairNX
			if field.Kind == Full && level != different && level != pairDD {
				family++ // part of the name agrees
			}
		case field.Kind == Document && level >= documentEdit, field.Kind == Email && level >= emailEdit:
			return false
		case field.Kind == Date:
			born = level >= dateDigit
		case field.Kind == Family || field.Kind == Parent:
			if field.twoNames(level) {
				other++
			} else {
				family++
			}
		}
	}
	return named && born && family > 0 && other == 0
}
