package linkpage

// Mask masks a value, for tests.
func Mask(v string) string { return mask(v) }

// Numbers writes a few numbers, for tests.
func Numbers(lang string) []string {
	all, err := catalogues()
	if err != nil {
		return nil
	}
	l := all[lang]
	return []string{l.whole(1234567), l.signed(12.34, 1), l.signed(-.5, 1), l.signed(-.01, 1), l.num(1036.6, 1), l.sig(1.2e-7), l.sig(.0042), l.pct(.875, 1)}
}
