package portal_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"strconv"
	"testing"
)

// widow is a form filled in: a widow and a boy at school in a town.
func widow() url.Values {
	return url.Values{
		"place": {"03.231"}, "stratum": {"urban"}, "variant": {"dwelling"}, "count": {"2"},
		"p1.born": {"40"}, "p1.relation": {"head"}, "p1.presence": {"present"}, "p1.awaiting_number": {"no"},
		"p1.marital_status": {"widowed"}, "p1.school_level": {"none"}, "p1.diploma": {"none"}, "p1.activity": {"home"}, "p1.health_cover": {"none"},
		"p2.born": {"10"}, "p2.relation": {"child"}, "p2.presence": {"present"}, "p2.awaiting_number": {"no"},
		"p2.school": {"public"}, "p2.school_level": {"primary"}, "p2.health_cover": {"none"},
		"h.dwelling_type": {"modern_house"}, "h.shares_dwelling": {"no"}, "h.rooms": {"2"}, "h.bath_or_shower": {"yes"}, "h.lighting": {"network"},
		"h.electricity_meter": {"individual"}, "h.computer": {"no"}, "h.satellite_dish": {"yes"}, "h.fixed_phone": {"no"}, "h.mobile_phones": {"1"},
		"h.cars": {"0"}, "h.motorcycles": {"0"}, "h.loan": {"no"}, "h.secondary_home": {"no"}, "h.garage": {"no"}, "h.business_premises": {"no"},
		"h.butane_small": {"50"}, "h.butane_large": {"0"}, "h.water_electricity_1": {"100"}, "h.water_electricity_2": {"100.50"},
		"h.water_electricity_3": {"٩٠"}, "h.phone_internet": {"30,25"},
		"step": {"home"}, "go": {"next"},
	}
}

// with returns a copy of a form with some fields replaced; "" takes one out.
func with(form url.Values, pairs ...string) url.Values {
	out := maps.Clone(form)
	for i := 0; i+1 < len(pairs); i += 2 {
		if out.Set(pairs[i], pairs[i+1]); pairs[i+1] == "" {
			out.Del(pairs[i])
		}
	}
	return out
}

// posted are the forms whose answers a browser is shown.
func posted() map[string]url.Values {
	return map[string]url.Values{
		"people":   with(widow(), "step", "result", "go", "to-people"),
		"answers":  with(widow(), "step", "result", "go", "to-answers"),
		"home":     with(widow(), "step", "result", "go", "to-home"),
		"result":   widow(),
		"hinges":   with(widow(), "p2.born", "2011", "p2.awaiting_number", "yes", "p2.marital_status", "single", "p2.diploma", "none", "p2.activity", "student"),
		"errors":   with(widow(), "p1.born", "long ago", "p2.relation", "", "stratum", "", "step", "people", "asked", "p1.born p2.relation stratum"),
		"mistaken": with(widow(), "h.rooms", "0", "h.butane_small", "lots", "h.loan", "", "asked", "h.rooms h.butane_small h.loan"),
	}
}

// goldenForms are the golden declarations as forms, with the index each has.
func goldenForms(tb testing.TB) (forms []url.Values, indexes []string) {
	tb.Helper()
	data, err := os.ReadFile("../morocco/portal.json")
	check(tb, err)
	var file struct {
		Examples []struct {
			Code, Locality, Variant string
			Members                 []struct {
				Age     int
				Sex     string
				Answers map[string]any
			}
			Answers map[string]any
		}
	}
	check(tb, json.Unmarshal(data, &file))
	value := func(v any) string {
		switch v := v.(type) {
		case bool:
			return map[bool]string{true: "yes", false: "no"}[v]
		case float64:
			return strconv.Itoa(int(v))
		}
		return fmt.Sprint(v)
	}
	index := map[string]string{"labourer": "9.4563944", "widow": "9.3626150", "alone": "10.4604364", "couple": "10.0178904", "farmer": "8.7790733", "elders": "9.6002600"}
	for _, x := range file.Examples {
		f := url.Values{"place": {x.Locality[:6]}, "stratum": {map[byte]string{'U': "urban", 'R': "rural"}[x.Locality[7]]}, "variant": {x.Variant}, "count": {strconv.Itoa(len(x.Members))}, "step": {"home"}, "go": {"next"}}
		for i, m := range x.Members {
			f.Set(fmt.Sprintf("p%d.born", i+1), strconv.Itoa(m.Age))
			for code, v := range m.Answers {
				f.Set(fmt.Sprintf("p%d.%s", i+1, code), value(v))
			}
		}
		for code, v := range x.Answers {
			f.Set("h."+code, value(v))
		}
		forms, indexes = append(forms, f), append(indexes, index[x.Code])
	}
	return forms, indexes
}
