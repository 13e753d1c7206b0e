# Final analyses of group-sequential trials by rpact. Usage: Rscript sequential_analysis.R <folder>
suppressMessages({library(rpact); library(jsonlite)})
folder <- commandArgs(TRUE)[1]; n <- 0
one <- function(type, alpha, rates, gammaA = NA, stages, mt, mc, sd = 1, size = 30) {
  k <- stages; N <- round(diff(c(0, rates)) * size * length(rates))[seq_len(k)]
  a <- list(typeOfDesign = type, alpha = alpha, sided = 1, informationRates = rates); if (!is.na(gammaA)) a$gammaA <- gammaA
  d <- do.call(getDesignGroupSequential, a)
  set.seed(n); mt <- round(mt + rnorm(k, 0, .1), 2); mc <- round(mc + rnorm(k, 0, .1), 2); s1 <- round(sd * runif(k, .8, 1.2), 2); s2 <- round(sd * runif(k, .8, 1.2), 2)
  ds <- getDataset(n1 = N, n2 = N + 1, means1 = mt, means2 = mc, stDevs1 = s1, stDevs2 = s2)
  r <- suppressMessages(suppressWarnings(getAnalysisResults(d, ds, normalApproximation = TRUE, stage = k)))
  K <- length(rates); v <- function(x) { x <- as.numeric(x); length(x) <- K; x[!is.finite(x)] <- NA; x }
  sr <- suppressWarnings(getStageResults(d, ds, normalApproximation = TRUE, stage = k))
  fin <- r$finalStage; n <<- n + 1
  e <- list(overall_effect = v(sr$effectSizes), overall_z = v(sr$overallTestStatistics), repeated_p = v(r$repeatedPValues), repeated_ci_low = v(r$repeatedConfidenceIntervalLowerBounds), repeated_ci_high = v(r$repeatedConfidenceIntervalUpperBounds),
    final_stage = if (is.null(fin) || is.na(fin)) NA else fin, final_p = v(r$finalPValues), final_ci_low = v(r$finalConfidenceIntervalLowerBounds), final_ci_high = v(r$finalConfidenceIntervalUpperBounds), median_unbiased = v(r$medianUnbiasedEstimates), test_actions = r$testActions)
  nm <- sprintf("gsan_%02d_%s_%d", n, type, k)
  write(toJSON(list(case = nm, method = "group_sequential_analysis", input = NULL, arguments = list(type = type, alpha_one_sided = alpha, information_rates = rates, gammaA = gammaA, stage_n_treat = N, stage_n_ctrl = N + 1, stage_mean_treat = mt, stage_mean_ctrl = mc, stage_sd_treat = s1, stage_sd_ctrl = s2),
    expected = e, tolerance = list(rel = 1e-3, abs = 1e-4), source = "R 4.2.2, rpact 3.3.4: getAnalysisResults(getDesignGroupSequential(...),getDataset(...),normalApproximation=TRUE)"), auto_unbox = TRUE, digits = 15, na = "null", null = "null", pretty = TRUE), file.path(folder, "cases", paste0(nm, ".json")))
}
for (ty in c("asOF", "asP", "OF", "P", "asKD", "asHSD")) for (ef in c(0, .35, .9, -.4)) for (st in 1:4) {
  x <- try(one(ty, c(.025, .05)[1 + (ef > .5)], c(.25, .5, .8, 1), if (ty == "asKD") 2 else if (ty == "asHSD") -3 else NA, st, .5 + ef, .5), silent = TRUE); if (inherits(x, "try-error")) cat(ty, ef, st, conditionMessage(attr(x, "condition")), "\n") }
