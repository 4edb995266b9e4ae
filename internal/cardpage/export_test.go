package cardpage

// Count writes a count, for tests.
func Count(lang, key string, n int) (string, error) {
	all, err := catalogues()
	if err != nil {
		return "", err
	}
	return all[lang].n(key, n)
}

// Numbers writes a few numbers, for tests.
func Numbers(lang string) []string {
	all, err := catalogues()
	if err != nil {
		return nil
	}
	l := all[lang]
	return []string{l.decimal("-0.128"), l.pct(.1234, 1), l.share(.2), l.share(.125), l.num(-.001, 1), l.sig(.000123, 2)}
}
