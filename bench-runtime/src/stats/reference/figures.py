"""Computes the figures that the tests of `stats` compare with, by independent implementations.

    pip install mpmath numpy scipy statsmodels && python figures.py

Reads inputs.json, writes figures.json: for each name a list of cases, each with its input and its figures.
"""

import json
import math
import pathlib

import mpmath
import numpy
from scipy import special, stats
from statsmodels.stats.meta_analysis import combine_effects

HERE = pathlib.Path(__file__).parent
FRACTIONS = [0, 0.01, 0.25, 1 / 3, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1]
PROBABILITIES = [0.5, 0.500001, 0.55, 0.6, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9975, 0.999, 0.9999]
DEGREES = [1, 1.5, 2, 3, 4, 5, 6.25, 7, 9, 11, 15, 19, 29, 30.5, 50, 99, 250, 500, 999, 1000]
POINTS = [-30, -4, -1, -0.1, 0, 1e-6, 0.3, 1, 2, 3.5, 8, 100]


def quantile_case(values):
    return {
        "values": values,
        "fractions": FRACTIONS,
        "quantiles": numpy.quantile(values, FRACTIONS).tolist(),
        "mad": float(stats.median_abs_deviation(values, scale="normal")),
    }


def outside_fences(values, ranges):
    low, high = numpy.quantile(values, [0.25, 0.75])
    reach = ranges * (high - low)
    return int(sum(value < low - reach or value > high + reach for value in values))


def summary_case(values):
    far = outside_fences(values, 3)
    percentiles = {f"p{str(p).replace('.', '')}": float(numpy.percentile(values, p)) for p in (90, 95, 99, 99.9)}
    return {
        "values": values,
        "count": len(values),
        "min": min(values),
        "max": max(values),
        "mean": math.fsum(values) / len(values),
        "median": float(numpy.median(values)),
        "stddev": float(numpy.std(values, ddof=1)) if len(values) > 1 else 0,
        **percentiles,
        "mild": outside_fences(values, 1.5) - far,
        "far": far,
    }


def student_cdf(t, df):
    """With thirty digits: that of scipy is off by 1e-11 near 0."""
    tail = mpmath.betainc(mpmath.mpf(df) / 2, 0.5, 0, df / (df + mpmath.mpf(t) ** 2), regularized=True) / 2
    return 1 - tail if t > 0 else tail


def student_quantile(p, df):
    start = special.stdtrit(df, p)
    return mpmath.findroot(lambda t: student_cdf(t, df) - mpmath.mpf(p), (start, start * 1.0001)) if p != 0.5 else 0


def student_case(df):
    return {
        "df": df,
        "p": PROBABILITIES,
        "quantile": [float(student_quantile(p, df)) for p in PROBABILITIES],
        "t": POINTS,
        "cdf": [float(student_cdf(t, df)) for t in POINTS],
    }


def normal_case():
    tails = [1e-300, 1e-100, 1e-20, 1e-12, 1e-6, 1e-3, 0.025, 0.074, 0.076]
    p = tails + [0.1, 0.3, 0.49] + PROBABILITIES + [0.99999, 1 - 1e-10]
    return {"p": p, "quantile": [float(special.ndtri(q)) for q in p]}


def student_interval_case(values, alpha):
    mean = float(numpy.mean(values))
    low, high = stats.t.interval(1 - alpha, len(values) - 1, loc=mean, scale=stats.sem(values))
    return {"values": values, "alpha": alpha, "low": float(low), "estimate": mean, "high": float(high)}


def paired_case(pair):
    ratios = numpy.log(numpy.array(pair["arm"]) / numpy.array(pair["reference"]))
    spread = max(float(stats.median_abs_deviation(ratios, scale="normal")), 1e-5)
    error = math.sqrt(math.pi / 2) * spread / math.sqrt(len(ratios))
    return {**pair, "estimate": float(numpy.median(ratios)), "standard_error": error}


def combine_case(runs, alpha, floor):
    """The between-run variance and, without a floor, the interval are statsmodels'; the safeguard is not in it."""
    estimates, variances = numpy.array(runs["estimates"]), numpy.array(runs["standard_errors"]) ** 2
    model = combine_effects(estimates, variances, method_re="iterated", use_t=True, atol=1e-11, maxiter=1000)
    between = max(model.tau2, floor**2)
    weights = 1 / (variances + between)
    mean = float(numpy.average(estimates, weights=weights))
    scale = float(weights @ (estimates - mean) ** 2) / (len(estimates) - 1)
    error = math.sqrt(max(scale, 1) / weights.sum())
    if between == model.tau2:
        assert math.isclose(mean, model.mean_effect_re, rel_tol=1e-9)
        assert math.isclose(math.sqrt(scale / weights.sum()), model.sd_eff_w_re_hksj, rel_tol=1e-9)
    reach = float(stats.t.ppf(1 - alpha / 2, len(estimates) - 1)) * error
    interval = {"low": mean - reach, "estimate": mean, "high": mean + reach}
    return {**runs, "alpha": alpha, "floor": floor, "between_runs": math.sqrt(between), **interval}


CURVES = {
    "O(1)": lambda n: n**0,
    "O(log n)": numpy.log2,
    "O(n)": lambda n: n,
    "O(n log n)": lambda n: n * numpy.log2(n),
    "O(n²)": lambda n: n**2,
}


def growth_case(series):
    sizes, times = numpy.array(series["sizes"], dtype=float), numpy.array(series["figures"])
    fits = []
    for curve in CURVES.values():
        coefficient = numpy.linalg.lstsq(curve(sizes)[:, None], times, rcond=None)[0][0]
        distances = times - coefficient * curve(sizes)
        fits.append([float(coefficient), float(numpy.sqrt(numpy.mean(distances**2)) / numpy.mean(times))])
    best = min(zip(fits, CURVES), key=lambda pair: pair[0][1])[1]
    return {**series, "fits": fits, "best": best}


def trend_case(values, alpha):
    line = stats.theilslopes(values, alpha=1 - alpha)
    score = sum(int(numpy.sign(b - a)) for i, a in enumerate(values) for b in values[i + 1 :])
    n, ties = len(values), numpy.unique(values, return_counts=True)[1]
    variance = (n * (n - 1) * (2 * n + 5) - sum(int(t) * (int(t) - 1) * (2 * int(t) + 5) for t in ties)) / 18
    z = numpy.sign(score) * (abs(score) - 1) / math.sqrt(variance)
    significant = bool(2 * stats.norm.sf(abs(z)) < alpha)
    interval = {"slope": float(line.slope), "low": float(line.low_slope), "high": float(line.high_slope)}
    return {"values": values, "alpha": alpha, "score": score, "significant": significant, **interval}


def figures(inputs):
    samples = list(inputs["samples"].values())
    estimates = [run["estimates"] for run in inputs["runs"]]
    return {
        "quantile": [quantile_case(values) for values in samples],
        "summary": [summary_case(values) for values in samples],
        "student": [student_case(df) for df in DEGREES],
        "normal": [normal_case()],
        "student_interval": [student_interval_case(v, alpha) for v in estimates for alpha in (0.05, 0.005)],
        "combine": [
            combine_case(runs, alpha, floor) for runs in inputs["runs"] for alpha in (0.05, 0.005) for floor in (0, 0.003)
        ],
        "paired": [paired_case(pair) for pair in inputs["pairs"]],
        "growth": [growth_case(series) for series in inputs["growth"]],
        "trend": [trend_case(values, alpha) for values in inputs["trends"].values() for alpha in (0.05, 0.01)],
    }


def main():
    mpmath.mp.dps = 30
    result = figures(json.loads((HERE / "inputs.json").read_text()))
    lines = [f' {json.dumps(name)}: [\n  ' + ",\n  ".join(map(json.dumps, cases)) + "\n ]" for name, cases in result.items()]
    (HERE / "figures.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
