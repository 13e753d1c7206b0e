"""Fresh reference cases from SciPy, mpmath, statsmodels and full enumeration. Usage: python tests_and_distributions.py <folder>"""
import itertools, json, math, sys
import numpy as np, pandas as pd, mpmath as mp
from scipy import stats, special
from statsmodels.stats import proportion as pr
F = sys.argv[1]; rng = np.random.default_rng(5)
def emit(name, method, inp, args, exp, source, rel=1e-6, abs_=1e-9, p_abs=None):
    clean = lambda v: None if isinstance(v, float) and not math.isfinite(v) else v
    exp = {k: ([clean(float(x)) for x in v] if isinstance(v, (list, tuple, np.ndarray)) else v if isinstance(v, (dict, str)) else clean(float(v))) for k, v in exp.items()}
    tol = {"rel": rel, "abs": abs_}
    if p_abs: tol["p_abs"] = p_abs
    json.dump({"case": name, "method": method, "input": inp, "arguments": args, "expected": exp, "tolerance": tol, "source": source}, open(f"{F}/cases/{name}.json", "w"), indent=1)
# two proportions
for i, (a, n, b, m, lv) in enumerate([(5, 9, 2, 11, .95), (0, 20, 3, 22, .95), (20, 20, 15, 18, .95), (400, 900, 350, 870, .9), (1, 3, 1, 4, .99), (7, 100, 70, 80, .95), (0, 10, 0, 12, .95), (12, 12, 9, 9, .8), (33, 50, 33, 50, .95), (1500, 2000, 900, 1300, .999)]):
    z, p = pr.proportions_ztest([a, b], [n, m]); e = {"z_pooled": z, "p_pooled": p}
    for k, meth in (("wald", "wald"), ("agresti_caffo", "agresti-caffo"), ("newcomb", "newcomb"), ("score", "score")):
        try: e["diff_ci_" + k] = list(pr.confint_proportions_2indep(a, n, b, m, compare="diff", method=meth, alpha=1 - lv, correction=(False if meth == "score" else True)))
        except Exception as x: print("two_prop", i, k, x)
    e["wilson_treatment"] = list(pr.proportion_confint(a, n, 1 - lv, "wilson")); e["wilson_control"] = list(pr.proportion_confint(b, m, 1 - lv, "wilson"))
    e["clopper_pearson_treatment"] = list(pr.proportion_confint(a, n, 1 - lv, "beta")); e["clopper_pearson_control"] = list(pr.proportion_confint(b, m, 1 - lv, "beta"))
    e["fisher_p"] = stats.fisher_exact([[a, n - a], [b, m - b]])[1]
    emit(f"fp_two_{i}", "two_proportions", None, {"x_treatment": a, "n_treatment": n, "x_control": b, "n_control": m, "level": lv}, e, "Python statsmodels 0.15.0; scipy 1.17.1", abs_=1e-7)
# srm
for i, (o, w) in enumerate([([5, 0], [.5, .5]), ([120, 80], [.6, .4]), ([1, 2, 3, 4], [.25] * 4), ([10000, 10300], [.5, .5]), ([30, 70], [1, 2]), ([15, 25, 40], [.2, .3, .5]), ([0, 0], [.5, .5]), ([7, 1], [.9, .1])]):
    o = np.array(o); w = np.array(w, float); q = w / w.sum(); n = o.sum()
    if n == 0: continue
    c = stats.chisquare(o, q * n); e = {"chisq": c.statistic, "df": len(o) - 1, "p": c.pvalue}
    if len(o) == 2: e["binomial_exact_p"] = stats.binomtest(int(o[0]), int(n), q[0]).pvalue
    for cc in (1, 10, 100):
        al = cc * q; l = special.gammaln(al.sum()) - special.gammaln(al.sum() + n) + np.sum(special.gammaln(al + o) - special.gammaln(al)) - np.sum(o * np.log(q))
        e[f"log_bayes_factor_alpha_{cc}w"] = l; e[f"sequential_p_single_look_alpha_{cc}w"] = min(1, math.exp(-l))
    emit(f"fp_srm_{i}", "srm", None, {"observed": o.tolist(), "weights": w.tolist()}, e, "Python scipy 1.17.1: chisquare, binomtest; Dirichlet-multinomial via gammaln", rel=1e-8)
# Welch
for i, (n, m) in enumerate([(2, 2), (3, 40), (100, 5), (7, 7), (2, 30)]):
    c, t = np.round(rng.lognormal(2, 1, n), 3), np.round(rng.lognormal(2.3, .6, m), 3)
    for alt in ("two-sided", "greater", "less"):
        for lv in (.95, .7):
            r = stats.ttest_ind(t, c, equal_var=False, alternative=alt); ci = r.confidence_interval(lv)
            emit(f"fp_welch_{i}_{alt}_{int(lv*100)}", "welch_t", None, {"control": c.tolist(), "treatment": t.tolist(), "level": lv, "alternative": alt}, {"t": r.statistic, "df": r.df, "p": r.pvalue, "difference": t.mean() - c.mean(), "ci_low": ci.low, "ci_high": ci.high}, f"Python scipy 1.17.1: stats.ttest_ind(treatment,control,equal_var=False,alternative='{alt}')", rel=1e-9)
# Distributions at other parameters
mp.mp.dps = 60
rows = {k: [] for k in ("t", "chi2", "f", "beta", "norm", "binom", "poisson", "lgamma", "nct")}
def add(k, fn, x, p1, p2, v): rows[k].append((fn, repr(float(x)), "" if p1 is None else repr(float(p1)), "" if p2 is None else repr(float(p2)), mp.nstr(v, 20)))
def bi(a, b, x):
    """I_x(a, b) by a series of positive terms, from the smaller side."""
    if x > (a + 1) / (a + b + 2): return 1 - bi(b, a, 1 - x)
    term = total = mp.mpf(1); k = 0
    while term > total * mp.mpf(10) ** -60: term *= x * (a + b + k) / (a + 1 + k); total += term; k += 1
    return total * x ** a * (1 - x) ** b * mp.gamma(a + b) / (mp.gamma(a + 1) * mp.gamma(b))
for df in (1, 1.5, 2.7, 4, 9.3, 33, 250, 5000):
    for x in (-80, -12, -4.2, -1, -1e-3, 0.3, 1.96, 5.5, 25):
        X = mp.mpf(x); D = mp.mpf(df); s = bi(D / 2, mp.mpf(1) / 2, D / (D + X * X)) / 2
        add("t", "t_cdf", x, df, None, s if x < 0 else 1 - s); add("t", "t_sf", x, df, None, 1 - s if x < 0 else s)
    for p in (1e-12, 1e-5, .003, .2, .5, .9, .975, .9999):
        if df > 1e5: continue
        P = mp.mpf(p); D = mp.mpf(df); tail = min(P, 1 - P)
        if p == .5: add("t", "t_ppf", p, df, None, mp.mpf(0)); continue
        try:
            s = mp.findroot(lambda u: mp.log(bi(D / 2, mp.mpf(1) / 2, D / (D + mp.e ** (2 * u))) / 2) - mp.log(tail), mp.log(abs(mp.mpf(float(stats.t.ppf(float(tail), df))))))
            add("t", "t_ppf", p, df, None, -mp.e ** s if p < .5 else mp.e ** s)
        except Exception as x: print("t_ppf", df, p, x)
for df in (1, 2.5, 7, 40, 333, 2e4):
    for r in (1e-4, .05, .4, .9, 1, 1.3, 2.5, 8):
        x = df * r; lo = mp.gammainc(mp.mpf(df) / 2, 0, mp.mpf(x) / 2, regularized=True); up = mp.gammainc(mp.mpf(df) / 2, mp.mpf(x) / 2, mp.inf, regularized=True)
        if lo > 1e-290: add("chi2", "chi2_cdf", x, df, None, lo)
        if up > 1e-290: add("chi2", "chi2_sf", x, df, None, up)
for a, b in ((.5, .7), (1, 1), (2.2, 9), (30, 4), (.05, .05), (300, 500), (1e-2, 20), (5000, 4000)):
    for x in (1e-10, .001, .07, .37, .5, .55, .9, .9999):
        l = bi(mp.mpf(a), mp.mpf(b), mp.mpf(x)); u = bi(mp.mpf(b), mp.mpf(a), 1 - mp.mpf(x))
        if l > 1e-290: add("beta", "beta_cdf", x, a, b, l)
        if u > 1e-290: add("beta", "beta_sf", x, a, b, u)
for d1, d2 in ((1, 3.3), (2, 17), (3, 2.1), (6, 400), (40, 40)):
    for x in (.01, .3, 1, 2.7, 9, 60):
        X = mp.mpf(x); a, b = mp.mpf(d1) / 2, mp.mpf(d2) / 2; y = d1 * X / (d1 * X + d2)
        add("f", "f_cdf", x, d1, d2, bi(a, b, y)); add("f", "f_sf", x, d1, d2, bi(b, a, 1 - y))
for x in (-37, -20, -8.3, -5, -2, -.1, 0, .5, 3.3, 9, 20):
    X = mp.mpf(x); c = mp.erfc(-X / mp.sqrt(2)) / 2; s = mp.erfc(X / mp.sqrt(2)) / 2
    for n, v in (("cdf", c), ("sf", s), ("logcdf", mp.log(c)), ("logsf", mp.log(s)), ("pdf", mp.npdf(X))): add("norm", "norm_" + n, x, None, None, v)
for p in (1e-300, 1e-50, 1e-17, 1e-6, .01, .3, .51, .99, .99999999):
    q = mp.findroot(lambda u: mp.log(mp.erfc(-u / mp.sqrt(2)) / 2) - mp.log(mp.mpf(p)), mp.mpf(float(stats.norm.ppf(p)))); add("norm", "norm_ppf", p, None, None, q); add("norm", "norm_isf", p, None, None, -q)
for n, p in ((7, .2), (90, .5), (1000, .01), (40, .97)):
    for k in (0, 1, int(n * p), n // 2, n - 1, n):
        P = mp.mpf(p); f = lambda j: mp.binomial(n, j) * P ** j * (1 - P) ** (n - j); add("binom", "binom_pmf", k, n, p, f(k)); add("binom", "binom_cdf", k, n, p, mp.fsum(f(j) for j in range(k + 1)))
        s = mp.fsum(f(j) for j in range(k + 1, n + 1))
        if k < n and s > 1e-290: add("binom", "binom_sf", k, n, p, s)
for l in (.01, 1.7, 30, 800):
    for k in (0, 1, int(l), int(2 * l) + 1): L = mp.mpf(l); add("poisson", "poisson_cdf", k, l, None, mp.gammainc(k + 1, L, mp.inf, regularized=True)); add("poisson", "poisson_sf", k, l, None, mp.gammainc(k + 1, 0, L, regularized=True))
for x in (1e-12, .01, .9, 1.0001, 1.5, 2.3, 12, 170.5, 1e5, 1e15): add("lgamma", "lgamma", x, None, None, mp.loggamma(mp.mpf(x)))
for k, v in rows.items():
    if not v: continue
    open(f"{F}/data/fdist_{k}.csv", "w").write("fn,x,p1,p2,expected\n" + "\n".join(",".join(r) for r in v) + "\n")
    emit("fp_dist_" + k, "distribution", f"data/fdist_{k}.csv", {}, {"column": "expected", "rows": len(v)}, "Python mpmath, mp.dps=50", rel=1e-10, abs_=1e-300)
# permutation
d6 = pd.read_csv(f"{F}/data/f11.csv"); 
def perm(df, name):
    g = df.groupby("partner").agg(y=("renewed", "sum"), n=("renewed", "size"), a=("arm", "first"), s=("stratum", "first"))
    r = (g.y / g.n).values; a = g.a.values; G = len(g); m = a.sum(); st = lambda S: r[S].mean() - np.delete(r, S).mean()
    obs = st(np.where(a == 1)[0]); D, W, T = [], [], []; y, n = g.y.values, g.n.values
    stud = lambda S: (r[S].mean() - np.delete(r, S).mean()) / math.sqrt(r[S].var(ddof=1) / len(S) + np.delete(r, S).var(ddof=1) / (G - len(S)))
    cw = lambda S: y[S].sum() / n[S].sum() - np.delete(y, S).sum() / np.delete(n, S).sum()
    for S in itertools.combinations(range(G), int(m)): S = np.array(S); D.append(st(S)); W.append(cw(S)); T.append(stud(S))
    D, W, T = map(np.array, (D, W, T)); S = np.where(a == 1)[0]
    emit(f"fp_perm_{name}", "permutation_exact", f"data/{name}.csv", {"unit": "partner", "outcome": "renewed/customers", "arm": "arm", "mechanism": "complete randomisation, m1 fixed"}, {"n_assignments": len(D), "observed_difference_of_partner_means": obs, "p_two_sided_abs": np.mean(abs(D) >= abs(obs) - 1e-12), "p_greater": np.mean(D >= obs - 1e-12), "p_two_sided_studentised": np.mean(abs(T) >= abs(stud(S)) - 1e-9), "observed_studentised": stud(S), "observed_customer_weighted_difference": cw(S), "p_two_sided_customer_weighted": np.mean(abs(W) >= abs(cw(S)) - 1e-12)}, "full enumeration (itertools)", rel=1e-9)
    N = G; strata = [np.where(g.s.values == s)[0] for s in sorted(set(g.s))]; out = [0.0]
    wt = lambda idx, A: len(idx) / N * (r[list(A)].mean() - r[[i for i in idx if i not in A]].mean())
    if all(0 < a[i].sum() < len(i) for i in strata):
        for idx in strata: out = [o + wt(idx, A) for o in out for A in itertools.combinations(idx, int(a[idx].sum()))]
        o = sum(wt(i, tuple(i[a[i] == 1])) for i in strata); out = np.array(out)
        emit(f"fp_perms_{name}", "permutation_stratified_exact", f"data/{name}.csv", {"unit": "partner", "strata": "stratum", "statistic": "sum_s N_s/N * (mean_T - mean_C) of partner renewal rates"}, {"n_assignments": len(out), "observed": o, "p_two_sided_abs": np.mean(abs(out) >= abs(o) - 1e-12), "p_greater": np.mean(out >= o - 1e-12)}, "full enumeration of the stratified assignment mechanism (numpy)", rel=1e-9)
perm(d6, "f11"); perm(pd.read_csv(f"{F}/data/f6.csv"), "f6")
for i, (t, c) in enumerate([([1, 1, 2], [0, 0, 1, 1]), ([5.5], [1, 2, 3, 4]), (np.round(rng.normal(1, 1, 7), 2).tolist(), np.round(rng.normal(0, 1, 6), 2).tolist())]):
    x = np.array(t + c); k = len(t); o = np.mean(t) - np.mean(c); D = np.array([x[list(S)].mean() - np.delete(x, S).mean() for S in itertools.combinations(range(len(x)), k)])
    emit(f"fp_toy_{i}", "permutation_exact", None, {"treatment": t, "control": c}, {"n_assignments": len(D), "observed": o, "p_two_sided_abs": np.mean(abs(D) >= abs(o) - 1e-12), "p_greater": np.mean(D >= o - 1e-12)}, "full enumeration", rel=1e-9)
# wild bootstrap, all sign vectors
def wild(name, regs, test, null, variant):
    d = pd.read_csv(f"{F}/data/{name}.csv"); X = np.column_stack([np.ones(len(d)) if r == "1" else d[r] for r in regs]); y = d.renewed.values.astype(float); g = pd.factorize(d.partner)[0]; G = g.max() + 1; N, p = X.shape; j = regs.index(test)
    yt = y - null * X[:, j]; Z = np.delete(X, j, 1); B = np.linalg.inv(X.T @ X); idx = [np.where(g == k)[0] for k in range(G)]
    gam = np.linalg.lstsq(Z, yt, rcond=None)[0]; fit = Z @ gam; u = yt - fit
    if variant != "WCR11":
        for k in range(G):
            o = g != k; u[idx[k]] = yt[idx[k]] - Z[idx[k]] @ np.linalg.lstsq(Z[o], yt[o], rcond=None)[0]
    H = [np.linalg.pinv(X[g != k].T @ X[g != k]) @ X[g != k].T for k in range(G)] if variant == "WCR33" else None
    def tstat(v):
        b = B @ (X.T @ v); r = v - X @ b
        if variant == "WCR33": V = (G - 1) / G * sum((H[k] @ v[g != k] - b)[j] ** 2 for k in range(G))
        else: V = sum((B[j] @ (X[i].T @ r[i])) ** 2 for i in idx) * G / (G - 1) * (N - 1) / (N - p)
        return b[j] / math.sqrt(V), b[j], math.sqrt(V)
    t0, b0, s0 = tstat(yt); T = np.array([abs(tstat(fit + u * np.array(s)[g])[0]) for s in itertools.product((1, -1), repeat=G)])
    emit(f"fp_wcb_{name}_{test}_{null}_{variant}_{len(regs)}", "wild_cluster_bootstrap_enumerated", f"data/{name}.csv", {"outcome": "renewed", "regressors": regs, "test": f"{test}={null}", "cluster": "partner", "weights": "Rademacher, all 2^G sign vectors including identity", "variant": variant}, {"G": G, "n_bootstrap": len(T), "t": t0, "estimate": b0 + null, "se": s0, "p_symmetric_ge": np.mean(T >= abs(t0) - 1e-9), "p_symmetric_gt": np.mean(T > abs(t0) + 1e-9)}, "MacKinnon, Nielsen & Webb (2023), complete enumeration (numpy)", p_abs=2.001 / len(T))
for v in ("WCR11", "WCR31", "WCR33"): wild("f6", ["1", "arm"], "arm", 0, v); wild("f10flat", ["1", "arm"], "arm", 0.1, v); wild("f11", ["1", "arm", "tenure"], "arm", 0, v); wild("f10flat", ["1", "arm", "tenure"], "tenure", 0, v)
# shrinkage
for i, (e, s) in enumerate([([.1, .5, -.2, .9], [.1, .2, .1, .3]), ([1, 1, 1], [.5, .5, .5]), ([2., -1.], [.4, .3])]):
    e, s = np.array(e), np.array(s); w = 1 / s**2; mu = (w * e).sum() / w.sum(); Q = (w * (e - mu) ** 2).sum(); t2 = max(0, (Q - len(e) + 1) / (w.sum() - (w**2).sum() / w.sum())); ws = 1 / (s**2 + t2); m = (ws * e).sum() / ws.sum()
    emit(f"fp_dl_{i}", "meta_shrinkage", None, {"effects": e.tolist(), "se": s.tolist(), "method": "DerSimonian-Laird"}, {"Q": Q, "tau2": t2, "mu_random": m, "se_mu": ws.sum() ** -.5, "shrunk": m + t2 / (t2 + s**2) * (e - m)}, "DerSimonian & Laird (1986) closed form", rel=1e-9)
# cluster power
for i, (pc, pt, m, cv, icc, k1, k0, a) in enumerate([(.8, .85, 12, .4, .02, 15, 25, .05), (.5, .4, 60, 0, .1, 8, 8, .1), (.9, .92, 5, 1.5, 0, 100, 100, .01), (.3, .6, 30, .7, .3, 6, 5, .05)]):
    DE = 1 + ((cv**2 + 1) * m - 1) * icc; za, zb = stats.norm.isf(a / 2), stats.norm.isf(.2); n = (za + zb) ** 2 * (pc * (1 - pc) + pt * (1 - pt)) / (pt - pc) ** 2
    se = math.sqrt(DE * (pt * (1 - pt) / (k1 * m) + pc * (1 - pc) / (k0 * m))); df = k1 + k0 - 2; nc = abs(pt - pc) / se; tc = stats.t.isf(a / 2, df)
    emit(f"fp_pcl_{i}", "power_cluster", None, {"p_control": pc, "p_treatment": pt, "mean_cluster_size": m, "cv_cluster_size": cv, "icc": icc, "alpha_two_sided": a, "power": .8, "clusters_treatment": k1, "clusters_control": k0}, {"design_effect": DE, "n_individual_per_arm": n, "clusters_per_arm_normal": n * DE / m, "se_at_given_clusters": se, "df": df, "power_noncentral_t": stats.nct.sf(tc, df, nc) + stats.nct.cdf(-tc, df, nc)}, "Eldridge, Ashby & Kerry (2006) IJE; Python scipy 1.17.1 norm/nct", rel=1e-6)
# msprt and asymptotic CS
emit("fp_msprt", "msprt_normal", None, {"rows": [{"estimate": -0.2, "se": .3, "tau2": 2.}, {"estimate": 2., "se": .1, "tau2": .1}]}, {"log_e_value": [.5 * math.log(s * s / (s * s + t)) + e * e * t / (2 * s * s * (s * s + t)) for e, s, t in ((-.2, .3, 2.), (2., .1, .1))], "p_single_look": [min(1, math.exp(-(.5 * math.log(s * s / (s * s + t)) + e * e * t / (2 * s * s * (s * s + t))))) for e, s, t in ((-.2, .3, 2.), (2., .1, .1))]}, "Johari et al. (2022) closed form", rel=1e-10)
for i, (al, to, ts, v) in enumerate([(.1, 20, [1, 5, 20, 400], 2.5), (.01, 300, [2, 300, 1e5], .04)]):
    ra = (-2 * math.log(al) + math.log(-2 * math.log(al) + 1)) / to; re = (-special.lambertw(-al * al / math.e, -1).real - 1) / to; f = lambda t, r: math.sqrt(v * 2 * (t * r + 1) / (t * t * r) * math.log(math.sqrt(t * r + 1) / al)); h = lambda t, r: math.sqrt(v * 2 * (t * r + 1) / (t * t * r) * math.log(1 + math.sqrt(t * r + 1) / (2 * al)))
    # the one-sided form is tuned as in the existing cases
    emit(f"fp_acs_{i}", "asymptotic_confidence_sequence", None, {"alpha": al, "t_opt": to, "t": ts, "variance": v}, {"rho2_approx": ra, "rho2_exact": re, "margin": [f(t, ra) for t in ts], "margin_rho2_exact": [f(t, re) for t in ts]}, "Waudby-Smith et al. (2024)", rel=1e-9)
