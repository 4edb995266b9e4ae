package survey_test

import (
	"testing"

	"sijil/survey"
)

func TestVietnamOutOfFoldEqualsReference(t *testing.T) {
	t.Parallel()
	s := vietnam(t)
	folds, err := survey.GivenFolds(s)
	if err != nil {
		t.Fatal(err)
	}
	scores, _, err := survey.OutOfFold(s, survey.WLSMethod(), folds)
	if err != nil {
		t.Fatal(err)
	}
	a, err := survey.Assess(s, scores, survey.AssessOptions{Level: true})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ line, cut, eer, ier, auc, cgh20, cgh40 float64 }{
		{7.3680050875659, 7.521065552416, .556666666666667, .556666666666667, .779263735500451, 2.21666666666667, 1.725},
		{7.65882163888011, 7.68090158614311, .356666666666667, .356666666666667, .78530778225433, 1.83125, 1.60833333333333},
	}
	for i, q := range a.Quota {
		near(t, "line", q.Line, want[i].line, 1e-9)
		near(t, "cut", q.Cut, want[i].cut, 1e-9)
		near(t, "eer", q.EER, want[i].eer, 1e-9)
		near(t, "ier", q.IER, want[i].ier, 1e-9)
		near(t, "auc", q.AUC, want[i].auc, 1e-9)
		near(t, "cgh20", q.CGH20, want[i].cgh20, 1e-9)
		near(t, "cgh40", q.CGH40, want[i].cgh40, 1e-9)
	}
	near(t, "r2", a.R2, .428256618303006, 1e-9)
	near(t, "spearman", a.Spearman, .618830842824044, 1e-9)
	near(t, "weighted spearman", a.SpearmanWeighted, .618830842824044, 1e-9)
	near(t, "gini", a.Gini, .373061928018266, 1e-9)
	near(t, "gini over persons", a.GiniPersons, .36514984372439542, 1e-9)
	near(t, "concentration", a.Concentration, .260449727916043, 1e-9)
	near(t, "FGT0", a.FGT[0].Value, .19986670875863763, 1e-9)
	near(t, "FGT0 SE", a.FGT[0].SE, 0.017653384722877294, 1e-9)

	s.Welfare = nil
	plain, err := survey.Assess(s, scores, survey.AssessOptions{Level: true})
	if err != nil {
		t.Fatal(err)
	}
	if plain.Welfare != "exp(target)" {
		t.Errorf("welfare of a target in logarithms is %s", plain.Welfare)
	}
	near(t, "gini of exp(target)", plain.Gini, .373061928018266, 1e-9)
}
