package survey_test

import (
	"reflect"
	"strings"
	"testing"

	"sijil/survey"
)

func tagSample(t testing.TB) *survey.Sample {
	t.Helper()
	return fromText(t, "y,w,tv,fridge,work,sex\n1,1,0,1,a,0\n2,1,1,0,b,1\n3,2,1,1,c,0\n4,1,0,0,a,1\n5,1,1,1,b,1\n6,1,0,1,c,0\n7,1,1,0,a,0\n",
		survey.Spec{Target: "y", Weight: "w", Vars: []string{"tv", "fridge", "work", "sex"}})
}

func TestTagsFromFileAndFlagsAgree(t *testing.T) {
	t.Parallel()
	s := tagSample(t)
	file, err := survey.ParseTags("tags.json", []byte(`{"movable": ["tv", "fr*"], "verifiable": ["fridge", "work"], "sensitive": ["sex"],
		"groups": [{"name": "person", "variables": ["sex"]}, {"name": "occupation", "variables": ["work"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	flags := &survey.Tags{}
	for _, f := range []string{"movable=tv,fr*", "verifiable=fridge", "verifiable= work", "sensitive=sex"} {
		if err := flags.AddTag(f); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{"person=sex", "occupation=work"} {
		if err := flags.AddGroup(f); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(file, flags) {
		t.Errorf("the file gives %+v, the flags %+v", file, flags)
	}
	tagged, err := file.Resolve(s)
	if err != nil {
		t.Fatal(err)
	}
	want := []survey.VariableTags{
		{Variable: "tv", Tags: []string{"movable"}},
		{Variable: "fridge", Tags: []string{"verifiable", "movable"}},
		{Variable: "work", Tags: []string{"verifiable"}, Groups: []string{"occupation"}},
		{Variable: "sex", Tags: []string{"sensitive"}, Groups: []string{"person"}},
	}
	if got := tagged.Variables(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	var groups []string
	for _, g := range tagged.Groups() {
		groups = append(groups, g.Name+":"+strings.Join(g.Variables, "+"))
	}
	if got := strings.Join(groups, " "); got != "occupation:work person:sex sensitive:sex movable:tv+fridge not verifiable:tv+sex verifiable:fridge+work" {
		t.Errorf("groups to be priced: %s", got)
	}
}

func TestTagsRefuse(t *testing.T) {
	t.Parallel()
	s := tagSample(t)
	for name, c := range map[string]struct{ json, want string }{
		"unknown column":      {`{"movable": ["tv", "phone"]}`, "test.csv: movable: no variable matches phone"},
		"unknown in a group":  {`{"groups": [{"name": "g", "variables": ["x_*"]}]}`, "groups.g: no variable matches x_*"},
		"group like a tag":    {`{"groups": [{"name": "movable", "variables": ["tv"]}]}`, "the group is named twice"},
		"group named twice":   {`{"groups": [{"name": "g", "variables": ["tv"]}, {"name": "g", "variables": ["sex"]}]}`, "the group is named twice"},
		"group without name":  {`{"groups": [{"name": "", "variables": ["tv"]}]}`, "a group has no name"},
		"group without lists": {`{"groups": [{"name": "g", "variables": []}]}`, "the group has no variables"},
	} {
		tags, err := survey.ParseTags("tags.json", []byte(c.json))
		if err == nil {
			_, err = tags.Resolve(s)
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	if _, err := survey.ParseTags("tags.json", []byte("{\n\"moveable\": []}")); err == nil || !strings.Contains(err.Error(), "tags.json:2") {
		t.Errorf("an unknown tag in a file: %v", err)
	}
	tags := &survey.Tags{}
	for _, f := range []string{"moveable=tv", "movable", "movable=", "=tv", "movable= , "} {
		if err := tags.AddTag(f); err == nil {
			t.Errorf("the flag %q is taken", f)
		}
	}
}

// FuzzTags: whatever the file holds, an answer comes back, and what resolves
// names variables of the sample only.
func FuzzTags(f *testing.F) {
	f.Add([]byte(`{"movable": ["tv", "*"], "groups": [{"name": "g", "variables": ["[a-"]}]}`), "movable=tv")
	f.Add([]byte(`{"groups": [{"name": "verifiable"}]}`), "g=tv,")
	s := tagSample(f)
	f.Fuzz(func(t *testing.T, data []byte, flag string) {
		tags, err := survey.ParseTags("tags.json", data)
		if err != nil {
			tags = &survey.Tags{}
		}
		_ = tags.AddTag(flag)
		_ = tags.AddGroup(flag)
		tagged, err := tags.Resolve(s)
		if err != nil {
			return
		}
		for _, g := range tagged.Groups() {
			for _, v := range g.Variables {
				if len(g.Variables) > 4 || !strings.Contains("tv fridge work sex", v) {
					t.Fatalf("group %q holds %q", g.Name, g.Variables)
				}
			}
		}
	})
}
