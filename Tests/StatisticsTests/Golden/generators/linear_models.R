# Makes customer tables of partners that differ in size, and reference cases on them by clubSandwich, sandwich,
# survival and R's own tests. Usage: Rscript linear_models.R <folder with cases/ and data/>
suppressMessages({library(clubSandwich); library(survival); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
RV <- "R 4.2.2"; CS <- "R 4.2.2, clubSandwich 0.5.8"; SV <- "R 4.2.2, survival 3.5.3"
emit <- function(name, method, input, arguments, expected, source, rel = 1e-6, abs = 1e-9) {
  expected <- lapply(expected, function(x) if (is.numeric(x)) { x[!is.finite(x)] <- NA; x } else x)
  case <- list(case = name, method = method, input = if (is.null(input)) NULL else paste0("data/", input, ".csv"),
    arguments = arguments, expected = expected, tolerance = list(rel = rel, abs = abs), source = source)
  write(toJSON(case, auto_unbox = TRUE, digits = NA, na = "null", null = "null", pretty = TRUE),
    file.path(folder, "cases", paste0(name, ".json")))
}
customers <- function(name, seed, sizes, arm, weekly = FALSE, flat = FALSE) {
  set.seed(seed)
  G <- length(sizes); p <- rep(seq_len(G), sizes); N <- length(p)
  u <- rnorm(G, 0, .5); big <- sizes > median(sizes); xpre <- round(plogis(.9 + u + rnorm(G, 0, .3)), 6)
  tenure <- round(rexp(N, .1), 2)
  renewed <- rbinom(N, 1, plogis(.8 + u[p] + .2 * arm[p] + .01 * tenure))
  if (flat) renewed[arm[p] == 1] <- 1
  before <- round(exp(rnorm(N, 7, .8)), 2)
  after <- round(renewed * before * exp(rnorm(N, 0, .2)), 2)
  life <- rexp(N, .012 * exp(-.3 * arm[p] + u[p]))
  time <- pmin(life, runif(N, 20, 80)); event <- as.integer(life <= time)
  if (weekly) time <- ceiling(time / 4) * 4
  entry <- ifelse(runif(N) < .3, floor(runif(N) * pmin(time - .01, 20)), 0)
  time <- if (weekly) time else round(time, 6)
  d <- data.frame(customer = seq_len(N), partner = p, stratum = ifelse(big[p], "large", "small"),
    pair = (p + 1) %/% 2, arm = arm[p], xpre = xpre[p], tenure = tenure, renewed = renewed, arr_before = before,
    arr_after = after, discount = round(runif(N, 0, 20), 1), entry = entry, time = time, event = event)
  write.csv(d, file.path(folder, "data", paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
  d
}
tables <- list(
  f6 = customers("f6", 1, c(120, 9, 14, 3, 22, 7), c(0, 0, 0, 1, 1, 1)),
  f11 = customers("f11", 2, c(1, 1, 2, 1, 8, 30, 1, 5, 4, 1, 6), c(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1), weekly = TRUE),
  f18 = customers("f18", 3, round(exp(rnorm(18, 2, 1))) + 1, rep(0:1, 9), weekly = TRUE),
  f40 = customers("f40", 4, pmin(200, ceiling(runif(40)^(-1/1.1))), sample(rep(0:1, c(30, 10)))),
  f120 = customers("f120", 5, pmin(40, ceiling(exp(rnorm(120, 1, .9)))), sample(rep(0:1, 60)), weekly = TRUE),
  f10flat = customers("f10flat", 6, c(4, 9, 12, 6, 15, 8, 3, 11, 7, 20), rep(0:1, 5), flat = TRUE),
  f21 = customers("f21", 7, round(exp(rnorm(21, 2.2, .8))) + 2, rep(0:2, 7)))
coefs <- function(name, d, label, formula, vcov, test, level = .95, weights = NULL) {
  d$n <- ave(d$renewed, d$partner, FUN = length)
  d$w <- if (is.null(weights)) 1 else eval(parse(text = if (weights == "1/n_partner") "1/n" else weights), d)
  m <- if (is.null(weights)) lm(as.formula(formula), d) else lm(as.formula(formula), d, weights = w)
  V <- vcovCR(m, cluster = d$partner, type = vcov, inverse_var = FALSE)
  ct <- as.data.frame(coef_test(m, V, test = test)); ci <- as.data.frame(conf_int(m, V, test = test, level = level))
  df <- if (test == "Satterthwaite") ct$df_Satt else if (test == "z") rep(NA, nrow(ct)) else ct$df_t %||% ct$df
  if (is.null(df)) df <- ci$df
  pv <- ct[[grep("^p_", names(ct))[1]]]
  emit(paste0(name, "_lpm_", label, "_", vcov, "_", gsub("[^A-Za-z]", "", test)), "ols_cluster_robust", name,
    list(formula = formula, cluster = "partner", weights = weights, vcov = vcov, test = test, level = level),
    list(coefficients = names(coef(m)), estimate = unname(coef(m)), se = ct$SE, t = unname(coef(m)) / ct$SE, df = df, p = pv,
      ci_low = ci$CI_L, ci_high = ci$CI_U),
    paste0(CS, ": m<-lm(", formula, if (!is.null(weights)) paste0(",weights=", weights),
      "); coef_test/conf_int(m, vcov=vcovCR(m,cluster=partner,type='", vcov, "',inverse_var=FALSE), test='", test, "')"))
}
`%||%` <- function(a, b) if (is.null(a)) b else a
models <- c(arm = "renewed ~ arm", cov = "renewed ~ arm + xpre + tenure", fac = "renewed ~ arm + factor(stratum)",
  chr = "renewed ~ arm + stratum + tenure", int = "renewed ~ arm * tenure", fint = "renewed ~ factor(arm) * factor(stratum)",
  fxc = "renewed ~ arm + factor(stratum) * tenure", noint = "renewed ~ 0 + factor(arm)", quad = "renewed ~ arm + tenure + I(tenure^2)",
  log = "log(arr_before) ~ arm + log1p(tenure)", rev = "arr_after ~ arr_before + arm", cen = "renewed ~ arm * I(xpre - mean(xpre))",
  minus = "renewed ~ arm + tenure - 1", pairfe = "renewed ~ arm + factor(pair)", scl = "arr_after ~ arm + scale(tenure)",
  cross = "renewed ~ (arm + tenure)^2", poly = "renewed ~ arm + poly(tenure, 2)", asn = "renewed ~ arm + as.factor(stratum):tenure")
for (name in names(tables)) {
  d <- tables[[name]]; r <- function(e) { o <- try(e, silent = TRUE); if (inherits(o, "try-error")) cat("skip", name, conditionMessage(attr(o, "condition")), "\n") }
  for (label in names(models)) {
    if (label %in% c("pairfe") && name != "f18") next
    if (name == "f6" && !label %in% c("arm", "log")) next
    if (label %in% c("scl", "cross", "poly", "asn") && name != "f120") next
    for (v in c("CR0", "CR1", "CR1S", "CR1p", "CR2", "CR3")) {
      if (name %in% c("f11", "f120", "f21") && !v %in% c("CR1", "CR2")) next
      tests <- if (v %in% c("CR2", "CR3")) "Satterthwaite" else "naive-t"
      if (label == "arm") tests <- c("Satterthwaite", "naive-t", "z", if (v == "CR1") "naive-tp")
      for (t in tests) r(coefs(name, d, label, models[[label]], v, t, level = if (label == "cov") .9 else .95))
    }
    m <- lm(as.formula(models[[label]]), d)
    G <- length(unique(d$partner)); del <- sapply(unique(d$partner), function(g) coef(update(m, data = d[d$partner != g, ])))
    b <- coef(m); if (length(b) != NROW(del) || anyNA(del) || label %in% c("poly", "scl", "cen")) next
    cv3 <- sqrt((G - 1) / G * rowSums((del - b)^2)); cv3j <- sqrt((G - 1) / G * rowSums((del - rowMeans(del))^2))
    emit(paste0(name, "_jack_", label), "ols_cluster_jackknife", name, list(formula = models[[label]], cluster = "partner", weights = NULL),
      list(coefficients = names(b), se_CV3 = unname(cv3), se_CV3J = unname(cv3j), t_CV3 = unname(b / cv3), df = G - 1, p_CV3 = unname(2 * pt(-abs(b / cv3), G - 1))),
      paste0(RV, " delete-one-cluster lm refits"))
  }
  for (w in c("1/n_partner", "arr_before", "tenure+1")) for (v in c("CR0", "CR1", "CR2")) r(coefs(name, d, paste0("w", gsub("[^a-z]", "", w)), "renewed ~ arm", v, if (v == "CR2") "Satterthwaite" else "naive-t", weights = w))
  if (name == "f40") for (v in c("CR2", "CR3")) r(coefs(name, d, "wcov", "renewed ~ arm + tenure", v, "Satterthwaite", weights = "1/n_partner"))
  # Several constraints
  for (f in c("renewed~factor(arm)+tenure", "renewed~arm+tenure+xpre", "renewed~factor(arm)*factor(stratum)", "renewed~arm+tenure+factor(stratum)")) {
    if (name == "f6") next
    m <- lm(as.formula(f), d); if (anyNA(coef(m))) next
    for (v in c("CR0", "CR1", "CR2", "CR3")) for (t in c("HTZ", "Naive-F", "chi-sq", "Naive-Fp", "EDF", "HTA", "HTB")) {
      if (!t %in% c("HTZ", "Naive-F", "chi-sq") && name != "f21") next
      k <- if (length(coef(m)) > 3 && v == "CR3") 2:4 else 2:3; if (max(k) > length(coef(m))) next
      w <- try(Wald_test(m, constrain_zero(k), vcov = vcovCR(m, cluster = d$partner, type = v), test = t), silent = TRUE)
      if (inherits(w, "try-error")) next
      emit(paste0(name, "_wald_", gsub("[^a-z]", "", f), "_", v, "_", gsub("-", "", t)), "wald_multi_constraint", name,
        list(formula = f, cluster = "partner", constraints = paste0(paste(names(coef(m))[k], collapse = "="), "=0"), vcov = v, test = t),
        list(F = w$Fstat, df_num = w$df_num, df_denom = w$df_denom, p = w$p_val), paste0(CS, ": Wald_test(m,constrain_zero(", min(k), ":", max(k), "),vcov=vcovCR(.,'", v, "'),test='", t, "')"))
    }
  }
  if (name == "f21") next
  # Partner means
  pm <- aggregate(cbind(renewed, arr_before, tenure) ~ partner + arm + stratum + xpre + pair, d, mean); pm <- pm[order(pm$partner), ]; pm$n <- as.numeric(table(d$partner))
  for (y in c("renewed", "arr_before", "tenure")) for (alt in c("two.sided", "greater", "less")) for (lv in c(.95, .8)) r({
    a <- pm[pm$arm == 1, y]; b <- pm[pm$arm == 0, y]; t <- t.test(a, b, alternative = alt, conf.level = lv)
    emit(paste(name, "welch", y, alt, lv * 100, sep = "_"), "welch_t", name, list(outcome = paste("partner mean of", y), arm = "arm", alternative = alt, level = lv),
      list(difference = mean(a) - mean(b), se = t$stderr, t = unname(t$statistic), df = unname(t$parameter), p = t$p.value, ci_low = t$conf.int[1], ci_high = t$conf.int[2]),
      paste0(RV, " stats: t.test(treatment,control,alternative='", alt, "',conf.level=", lv, ")"))
  })
  hc2 <- function(m, term, df) { X <- model.matrix(m); h <- hatvalues(m); B <- solve(crossprod(X)); V <- B %*% crossprod(X * residuals(m) / sqrt(1 - h)) %*% B
    e <- unname(coef(m)[term]); s <- sqrt(V[term, term]); list(estimate = e, se = s, df = df, p = 2 * pt(-abs(e / s), df)) }
  for (f in c("rate~arm", "rate~arm+factor(stratum)", "rate~arm+xpre", "rate~arm+xpre+factor(stratum)", "rate~arm+factor(pair)")) for (y in c("renewed", "tenure")) r({
    if (grepl("pair", f) && !name %in% c("f18", "f120")) next

    pm$rate <- pm[[y]]; m <- lm(as.formula(f), pm); if (any(hatvalues(m) > 1 - 1e-9)) next
    emit(paste(name, "hc2", gsub("[^a-z]", "", f), y, sep = "_"), "ols_hc2", name, list(outcome = paste("partner mean of", y), formula = f, vcov = "HC2"), hc2(m, "arm", m$df.residual), paste0(RV, ": lm(", f, ") on partner means with HC2, as estimatr::lm_robust(se_type='HC2')"))
  })
  if (name != "f6") for (y in c("renewed", "tenure")) r({
    pm$rate <- pm[[y]]; pm$x <- pm$xpre - mean(pm$xpre); m <- lm(rate ~ arm * x, pm)
    if (all(hatvalues(m) < 1 - 1e-9)) emit(paste(name, "lin", y, sep = "_"), "lin_adjustment", name, list(outcome = paste("partner mean of", y), arm = "arm", covariate = "xpre", centering = "unweighted mean over partners", vcov = "HC2", df = "N-4"), hc2(m, "arm", m$df.residual), paste0(RV, ": lm(rate~arm*I(xpre-mean(xpre))) with HC2, as estimatr::lm_lin"))
    d$y <- d[[y]]; d$x <- d$xpre - mean(d$xpre); m <- lm(y ~ arm * x, d); ct <- coef_test(m, vcovCR(m, cluster = d$partner, type = "CR2"), test = "Satterthwaite")
    emit(paste(name, "linc", y, sep = "_"), "lin_adjustment_cluster", name, list(outcome = y, arm = "arm", covariate = "xpre", centering = "customer-weighted mean of xpre", cluster = "partner"), list(estimate = ct$beta[2], se = ct$SE[2], df = ct$df[2], p = ct$p_Satt[2]), paste0(CS, ": lm(", y, "~arm*I(xpre-mean(xpre))), CR2/Satterthwaite, coefficient of arm"))
  })
  for (v in c("CR0", "CR1", "CR2", "CR3")) for (y in c("renewed", "tenure")) r({
    d$n <- ave(d$renewed, d$partner, FUN = length); d$y <- d[[y]]; m <- lm(y ~ arm, d, weights = 1 / n)
    ct <- coef_test(m, vcovCR(m, cluster = d$partner, type = v, inverse_var = FALSE), test = "Satterthwaite")
    emit(paste(name, "pavg", v, y, sep = "_"), "wls_partner_average", name, list(outcome = y, weights = "1/n_partner", cluster = "partner", vcov = v), list(estimate = ct$beta[2], se = ct$SE[2], df = ct$df[2], p = ct$p_Satt[2]), paste0(CS, ": lm(", y, "~arm,weights=1/n_g); vcovCR(type='", v, "',inverse_var=FALSE)"))
  })
  # Ratios by Taylor linearisation
  for (nd in list(c("renewed", "customers"), c("arr_after", "arr_before"), c("discount", "tenure"))) r({
    d$customers <- 1; s <- aggregate(cbind(a = d[[nd[1]]], b = d[[nd[2]]]) ~ partner + arm, d, sum)
    f <- function(x) { k <- nrow(x); R <- sum(x$a) / sum(x$b); c(R, var(x$a - R * x$b) / k / mean(x$b)^2, k) }
    c0 <- f(s[s$arm == 0, ]); c1 <- f(s[s$arm == 1, ]); v <- c0[2] + c1[2]; df <- v^2 / (c0[2]^2 / (c0[3] - 1) + c1[2]^2 / (c1[3] - 1)); D <- c1[1] - c0[1]
    emit(paste(name, "ratio", nd[1], sep = "_"), "ratio_delta", name, list(numerator = nd[1], denominator = nd[2], unit = "partner", df = "Welch-Satterthwaite"),
      list(ratio_control = c0[1], ratio_treatment = c1[1], difference = D, se = sqrt(v), t = D / sqrt(v), df = df, p = 2 * pt(-abs(D / sqrt(v)), df), relative = D / c0[1],
        se_relative = sqrt(c1[2] / c0[1]^2 + c0[2] * c1[1]^2 / c0[1]^4), log_ratio = log(c1[1] / c0[1]), se_log_ratio = sqrt(c1[2] / c1[1]^2 + c0[2] / c0[1]^2)), paste0(RV, " direct Taylor linearisation"), rel = 1e-7)
  })
  for (y in c("renewed", "tenure")) r({ a <- summary(aov(d[[y]] ~ factor(d$partner)))[[1]]; n <- as.numeric(table(d$partner)); n0 <- (sum(n) - sum(n^2) / sum(n)) / (length(n) - 1)
    e <- list(icc_anova = (a[1, 3] - a[2, 3]) / (a[1, 3] + (n0 - 1) * a[2, 3]), msb = a[1, 3], msw = a[2, 3], n0 = n0, mean_size = mean(n), cv_size_sd_n_minus_1 = sd(n) / mean(n), kish_meff = sum(n^2) / sum(n))
    if (requireNamespace("lme4", quietly = TRUE)) { d$y <- d[[y]]; l <- suppressMessages(lme4::lmer(y ~ arm + (1 | partner), d)); vc <- as.data.frame(lme4::VarCorr(l))$vcov; e$lmer_var_partner <- vc[1]; e$lmer_var_resid <- vc[2] }
    emit(paste(name, "icc", y, sep = "_"), "icc", name, list(outcome = y, cluster = "partner"), e, paste0(RV, " aov; lme4 1.1.31: lmer(", y, "~arm+(1|partner)) REML"), rel = 1e-3, abs = 1e-7) })
}
# Difference in differences
set.seed(9); g <- rep(1:16, round(exp(rnorm(16, 2.5, .8))) + 3); N <- length(g); a <- rep(0:1, 8)[g]; post <- rbinom(N, 1, .5)
dd <- data.frame(customer = seq_len(N), partner = g, arm = a, post = post, did = a * post, renewed = rbinom(N, 1, plogis(.5 + rnorm(16, 0, .6)[g] + .3 * a * post)))
write.csv(dd, file.path(folder, "data", "f16_did.csv"), row.names = FALSE, quote = FALSE)
for (v in c("CR0", "CR1", "CR1S", "CR2")) { m <- lm(renewed ~ did + post + factor(partner), dd); test <- if (v %in% c("CR2", "CR3")) "Satterthwaite" else "naive-t"
  ct <- as.data.frame(coef_test(m, vcovCR(m, cluster = dd$partner, type = v), test = test))["did", ]
  emit(paste0("f16_did_", v), "did_partner_fixed_effects", "f16_did", list(formula = "renewed~did+post+factor(partner)", cluster = "partner", vcov = v),
    list(estimate = ct$beta, se = ct$SE, df = if (test == "naive-t") 15 else ct$df_Satt %||% ct$df, p = ct[[grep("^p_", names(ct))]]), paste0(CS, ": LSDV lm + coef_test"), rel = 1e-5) }
