package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sijil/survey"
)

// surveyMethods are the flags that shape a method.
type surveyMethods struct {
	Tau       []float64 `help:"Quantiles of quantile regression. Default: .2, .4 and .5 to fit, .4 to judge." placeholder:"T"`
	Lambda    []float64 `help:"Penalties of the LASSO. Default: chosen by cross-validation." placeholder:"L"`
	Poorest   float64   `help:"Share of the population counted as poor by a logit." default:"0.2" placeholder:"Q"`
	By        string    `help:"Fit separately within each level of a column, such as town and country; else pooled." placeholder:"COL"`
	Collinear string    `help:"Constant or nearly collinear columns: refuse them, drop the later ones, or (to fit only) keep them." enum:"refuse,drop,keep" default:"refuse"`
}

// methodNames says what --method understands.
const methodNames = "wls, bic, lasso[:LAMBDA], quantile[:TAU], logit[:SHARE], poorest[:SHARE], poverty[:SHARE[:WEIGHT]], boost"

// methodHelp describes each method, for messages.
var methodHelp = map[string]string{
	"wls": "weighted least squares", "bic": "least squares after backward elimination by BIC", "lasso": "LASSO", "quantile": "quantile regression",
	"logit": "logit of being poor", "poorest": "least squares on the poorest alone", "poverty": "least squares with less weight above the line",
	"boost": "boosted trees",
}

// methodSpec is a method as asked for: a name and its parameters.
type methodSpec struct {
	name   string
	params []float64
}

func parseMethod(text string) (methodSpec, error) {
	parts := strings.Split(strings.TrimSpace(text), ":")
	m := methodSpec{name: strings.ToLower(parts[0])}
	if methodHelp[m.name] == "" {
		return m, usageError(fmt.Sprintf("--method: there is no method %q; the methods are %s", parts[0], methodNames))
	}
	most := map[string]int{"lasso": 1, "quantile": 1, "logit": 1, "poorest": 1, "poverty": 2}[m.name]
	for _, p := range parts[1:] {
		v, err := strconv.ParseFloat(p, 64)
		if err != nil || !(v > 0) || m.name != "lasso" && v > 1 {
			return m, usageError(fmt.Sprintf("--method: %s: %q is not a parameter of %s; the methods are %s", text, p, m.name, methodNames))
		}
		m.params = append(m.params, v)
	}
	if len(m.params) > most {
		return m, usageError(fmt.Sprintf("--method: %s: %s takes at most %d parameters; the methods are %s", text, m.name, most, methodNames))
	}
	return m, nil
}

// param is the parameter at a place, or what stands for it.
func (m methodSpec) param(at int, otherwise float64) float64 {
	if at < len(m.params) {
		return m.params[at]
	}
	return otherwise
}

// check refuses parameters that cannot be.
func (f *surveyMethods) check() error {
	for _, t := range f.Tau {
		if !(t > 0 && t < 1) {
			return usageError("--tau: give shares between 0 and 1, such as .4")
		}
	}
	for _, l := range f.Lambda {
		if !(l > 0) {
			return usageError("--lambda: give penalties above zero; without a penalty use --method wls")
		}
	}
	if !(f.Poorest > 0 && f.Poorest < 1) {
		return usageError("--poorest: give a share between 0 and 1, such as .2")
	}
	return nil
}

// engine returns the methods that a spec stands for: several when several
// quantiles or penalties are asked for.
func (f *surveyMethods) engine(m methodSpec, seed uint64) []survey.Method {
	var out []survey.Method
	switch m.name {
	case "wls":
		out = []survey.Method{survey.WLSMethod()}
	case "bic":
		out = []survey.Method{survey.BICMethod()}
	case "lasso":
		for _, l := range m.orFlag(f.Lambda, 0) {
			method := survey.LASSOMethod(l, seed)
			if l > 0 {
				method.Name = fmt.Sprintf("lasso %v", l)
			}
			out = append(out, method)
		}
	case "quantile":
		for _, tau := range m.orFlag(f.Tau, .4) {
			out = append(out, survey.QuantileMethod(tau))
		}
	case "logit":
		out = []survey.Method{survey.LogitMethod(m.param(0, f.Poorest))}
	case "poorest":
		out = []survey.Method{survey.PoorestMethod(m.param(0, .6))}
	case "poverty":
		out = []survey.Method{survey.PovertyWeightedMethod(m.param(0, .4), m.param(1, .25))}
	case "boost":
		out = []survey.Method{survey.BoostMethod(survey.BoostOptions{})}
	}
	return out
}

// orFlag is the parameter of the method itself, else those of a flag, else
// what stands for them.
func (m methodSpec) orFlag(flag []float64, otherwise float64) []float64 {
	switch {
	case len(m.params) > 0:
		return m.params
	case len(flag) > 0:
		return flag
	}
	return []float64{otherwise}
}

// separated fits methods by level of a column where that is asked for.
func (f *surveyMethods) separated(methods []survey.Method, pooledToo bool) []survey.Method {
	if f.By == "" {
		return methods
	}
	var out []survey.Method
	if pooledToo {
		out = slices.Clone(methods)
	}
	for _, m := range methods {
		out = append(out, survey.Separately(f.By, m))
	}
	return out
}
