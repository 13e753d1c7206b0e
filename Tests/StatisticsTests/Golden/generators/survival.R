# Survival cases on the tables of linear_models.R. Usage: Rscript survival.R <folder>
suppressMessages({library(clubSandwich); library(survival); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
RV <- "R 4.2.2"; CS <- "R 4.2.2, clubSandwich 0.5.8"; SV <- "R 4.2.2, survival 3.5.3"
emit <- function(name, method, input, arguments, expected, source, rel = 1e-6, abs = 1e-9) {
  expected <- lapply(expected, function(x) if (is.numeric(x)) { x[!is.finite(x)] <- NA; x } else x)
  case <- list(case = name, method = method, input = paste0("data/", input, ".csv"),
    arguments = arguments, expected = expected, tolerance = list(rel = rel, abs = abs), source = source)
  write(toJSON(case, auto_unbox = TRUE, digits = NA, na = "null", null = "null", pretty = TRUE),
    file.path(folder, "cases", paste0(name, ".json")))
}
try2 <- function(e) { o <- try(e, silent = TRUE); if (inherits(o, "try-error")) cat("skip", conditionMessage(attr(o, "condition")), "\n") }
for (name in c("f6", "f11", "f18", "f40", "f120", "f10flat", "f21")) {
  d <- read.csv(file.path(folder, "data", paste0(name, ".csv")))
  d$big <- as.integer(d$stratum == "large")
  for (lt in c(FALSE, TRUE)) {
    L <- if (lt) "lt_" else "_"; en <- if (lt) "entry" else NULL
    S <- if (lt) with(d, Surv(entry, time, event)) else with(d, Surv(time, event)); SS <- if (lt) "Surv(entry,time,event)" else "Surv(time,event)"
    d$TT <- S
    base <- list(time = "time", event = "event", arm = "arm", entry = en)
    A <- function(...) { b <- base; if (is.null(en)) b["entry"] <- list(NULL); c(b, list(...)) }
    tm <- c(0, 3.5, 13, 20, 40, 60, 79, 200)
    armOf <- function(s, n) sub("arm=", "", as.character(if (is.null(s$strata)) rep("0", n) else s$strata))
    for (ct in c("log", "log-log", "plain")) for (lv in c(.95, .8)) try2({
      f <- survfit(TT ~ arm, d, conf.type = ct, conf.int = lv); s <- summary(f, times = tm, extend = TRUE)
      emit(paste0(name, L, "km_", ct, lv * 100), "kaplan_meier", name, A(conf_type = ct, level = lv, times = tm),
        list(arm = armOf(s), time = s$time, n_risk = s$n.risk, surv = s$surv, se_greenwood = s$std.err, ci_low = s$lower, ci_high = s$upper),
        paste0(SV, ": summary(survfit(", SS, "~arm,conf.type='", ct, "',conf.int=", lv, "),times,extend=TRUE)"), rel = 1e-7)
      q <- quantile(f, c(.1, .25, .5, .75)); k <- length(f$strata)
      rows <- function(m) lapply(seq_len(k), function(i) unname(m[i, ]))
      emit(paste0(name, L, "kmq_", ct, lv * 100), "km_quantile", name, A(conf_type = ct, level = lv, probs = c(.1, .25, .5, .75)),
        list(arm = sub("arm=", "", names(f$strata)), quantile = rows(q$quantile), lower = rows(q$lower), upper = rows(q$upper)), paste0(SV, ": quantile(survfit)"), rel = 1e-7)
    })
    try2({ f <- survfit(TT ~ arm, d); s <- summary(f, times = tm, extend = TRUE)
      emit(paste0(name, L, "na"), "nelson_aalen", name, A(times = tm), list(arm = armOf(s), time = s$time, cumhaz = s$cumhaz, se = s$std.chaz), paste0(SV, ": summary(survfit)$cumhaz,$std.chaz"), rel = 1e-7)
      f <- survfit(TT ~ arm, d, cluster = partner); s <- summary(f, times = tm, extend = TRUE)
      emit(paste0(name, L, "kmc"), "kaplan_meier_cluster_robust", name, A(cluster = "partner", times = tm), list(arm = armOf(s), time = s$time, surv = s$surv, se_robust = s$std.err), paste0(SV, ": survfit(", SS, "~arm,cluster=partner)"), rel = 1e-7) })
    if (!lt) {
      for (rho in c(0, 1, .5, -.5)) try2({ t <- survdiff(TT ~ arm, d, rho = rho); df <- length(t$n) - 1
        emit(paste0(name, "_lr_", rho * 10), "logrank", name, A(rho = rho), list(n = as.numeric(t$n), observed = t$obs, expected = t$exp, chisq = t$chisq, df = df, p = pchisq(t$chisq, df, lower.tail = FALSE), var11 = t$var[1, 1]), paste0(SV, ": survdiff(Surv(time,event)~arm,rho=", rho, ")"), rel = 1e-7)
        t <- survdiff(TT ~ arm + strata(stratum), d, rho = rho)
        emit(paste0(name, "_lrs_", rho * 10), "logrank_stratified", name, A(strata = "stratum", rho = rho), list(observed = unname(rowSums(as.matrix(t$obs))), expected = unname(rowSums(as.matrix(t$exp))), chisq = t$chisq, df = df, p = pchisq(t$chisq, df, lower.tail = FALSE)), paste0(SV, ": survdiff(Surv(time,event)~arm+strata(stratum),rho=", rho, ")"), rel = 1e-7) })
      for (tau in c(13, 26, 52)) try2({ f <- survfit(TT ~ arm, d); t <- summary(f, rmean = tau)$table; m <- t[, grep("^\\*?rmean", colnames(t))]; s <- t[, grep("se\\(rmean", colnames(t))]
        e <- list(arm = sub("arm=", "", names(f$strata)), rmst = unname(m), se = unname(s))
        if (length(m) == 2) { D <- unname(m[2] - m[1]); se <- sqrt(sum(s^2)); e <- c(e, list(difference_arm2_minus_arm1 = D, se_difference = se, z = D / se, p = 2 * pnorm(-abs(D / se)), ci_low = D - qnorm(.975) * se, ci_high = D + qnorm(.975) * se, log_ratio = unname(log(m[2] / m[1])), se_log_ratio = sqrt(sum((s / m)^2)))) }
        emit(paste0(name, "_rmst_", tau), "rmst", name, A(tau = tau), e, paste0(SV, ": summary(survfit(Surv(time,event)~arm),rmean=", tau, ")$table"), rel = 1e-7)
        if (length(m) == 2) { ps <- pseudo(survfit(TT ~ 1, d), times = tau, type = "rmst"); mm <- lm(ps ~ arm, d); c1 <- coef_test(mm, vcovCR(mm, cluster = d$partner, type = "CR1"), test = "naive-t"); c2 <- coef_test(mm, vcovCR(mm, cluster = d$partner, type = "CR2"), test = "Satterthwaite")
          emit(paste0(name, "_pseudo_", tau), "rmst_pseudo_observations", name, A(tau = tau, cluster = "partner"), list(pseudo_first10 = as.numeric(ps)[1:10], difference = c1$beta[2], se_CR1 = c1$SE[2], se_CR2 = c2$SE[2], df_satt = c2$df[2], p_satt = c2$p_Satt[2]), paste0(SV, ": pseudo(survfit(Surv(time,event)~1),times=", tau, ",type='rmst') then ", CS), rel = 1e-5) } })
    }
    for (ties in c("efron", "breslow")) for (cv in list(NULL, "tenure", c("tenure", "xpre"), "stratum", "factor(stratum)")) for (st in list(NULL, "stratum")) try2({
      if (!is.null(st) && !is.null(cv) && any(grepl("stratum", cv))) next
      armTerm <- "arm"
      rhs <- paste(c(armTerm, cv, if (!is.null(st)) "strata(stratum)"), collapse = "+")
      d$TT <- S; m <- coxph(as.formula(paste("TT ~", rhs)), d, ties = ties, cluster = partner); s <- summary(m)
      if (any(abs(coef(m)) > 8)) next
      lab <- paste0(name, L, "cox_", ties, "_", gsub("[^a-z]", "", rhs))
      nm <- names(coef(m)); b <- unname(coef(m)); V0 <- m$naive.var
      emit(lab, "cox_ph", name, A(ties = ties, cluster = "partner", strata = st, covariates = cv), list(coefficients = nm, coef = b, se_model = sqrt(diag(V0)), loglik_null = m$loglik[1], loglik = m$loglik[2], lr_chisq = 2 * diff(m$loglik), score_chisq = m$score,
        wald_chisq = as.numeric(b %*% solve(V0) %*% b), se_robust = sqrt(diag(m$var)), robust_score_chisq = unname(s$robscore["test"])), paste0(SV, ": coxph(", SS, "~", rhs, ",ties='", ties, "',cluster=partner)"), abs = 1e-7)
      if (is.null(st)) { r <- residuals(m, type = "dfbeta", collapse = d$partner); r <- as.matrix(r)
        emit(paste0(lab, "_dfb"), "cox_cluster_dfbeta", name, A(ties = ties, cluster = "partner", covariates = cv), c(list(cluster = as.character(sort(unique(d$partner)))), setNames(lapply(seq_along(nm), function(i) unname(r[, i])), paste0("dfbeta_", nm))), paste0(SV, ": residuals(coxph(..),type='dfbeta',collapse=cluster)"), rel = 1e-5, abs = 1e-8) }
      for (tr in c("km", "identity", "log", "rank")) {
        z <- cox.zph(coxph(as.formula(paste("TT ~", rhs)), d, ties = ties), transform = tr, terms = FALSE)$table
        emit(paste0(lab, "_zph", tr), "cox_zph", name, A(transform = tr, ties = ties, covariates = cv, strata = st, terms = FALSE), list(rows = rownames(z), chisq = unname(z[, 1]), df = unname(z[, 2]), p = unname(z[, 3])), paste0(SV, ": cox.zph(coxph(", SS, "~", rhs, "),transform='", tr, "',terms=FALSE)  # score test"), rel = 1e-5, abs = 1e-7) }
    })
  }
}
# Time-dependent covariates
set.seed(11); id <- 1:150; p <- sample(1:14, 150, TRUE); x <- round(rnorm(150), 4); sw <- floor(runif(150, 2, 40)); T <- ceiling(rexp(150, .03)); C <- ceiling(runif(150, 5, 60)); e <- as.integer(T <= C); T <- pmin(T, C)
t <- do.call(rbind, lapply(id, function(i) if (sw[i] < T[i]) data.frame(id = i, partner = p[i], start = c(0, sw[i]), stop = c(sw[i], T[i]), event = c(0, e[i]), active = 0:1, x = x[i]) else data.frame(id = i, partner = p[i], start = 0, stop = T[i], event = e[i], active = 0, x = x[i])))
write.csv(t, file.path(folder, "data", "ftdc.csv"), row.names = FALSE, quote = FALSE)
for (ties in c("efron", "breslow")) for (cv in list(c("active", "x"), "active", "x")) { m <- coxph(as.formula(paste("Surv(start,stop,event)~", paste(cv, collapse = "+"))), t, ties = ties, cluster = partner)
  emit(paste0("ftdc_", ties, "_", paste(cv, collapse = "")), "cox_ph_startstop", "ftdc", list(start = "start", stop = "stop", event = "event", covariates = cv, ties = ties, cluster = "partner"), list(coef = unname(coef(m)), se_model = sqrt(diag(as.matrix(m$naive.var))), se_robust = sqrt(diag(as.matrix(m$var))), loglik = m$loglik), paste0(SV, ": coxph(Surv(start,stop,event)~", paste(cv, collapse = "+"), ",ties='", ties, "',cluster=partner)")) }
