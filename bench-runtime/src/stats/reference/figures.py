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


def figures(inputs):
    samples = list(inputs["samples"].values())
    estimates = [run["estimates"] for run in inputs["runs"]]
    return {
        "quantile": [quantile_case(values) for values in samples],
        "summary": [summary_case(values) for values in samples],
        "student": [student_case(df) for df in DEGREES],
        "normal": [normal_case()],
        "student_interval": [student_interval_case(v, alpha) for v in estimates for alpha in (0.05, 0.005)],
        "paired": [paired_case(pair) for pair in inputs["pairs"]],
    }


def main():
    mpmath.mp.dps = 30
    result = figures(json.loads((HERE / "inputs.json").read_text()))
    lines = [f' {json.dumps(name)}: [\n  ' + ",\n  ".join(map(json.dumps, cases)) + "\n ]" for name, cases in result.items()]
    (HERE / "figures.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
