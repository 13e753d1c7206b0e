# Writes cai-2015.json: the reference numbers of the imported trial, computed by other software than Fairway.
#
#   Rscript generate-cai-2015.R ../../../data/cai-2015-insurance-takeup.csv cai-2015.json
#
# The estimate and its CR2 standard error come from clubSandwich. The Imbens–Kolesár degrees of freedom come from
# dense matrices over the households (cluster matrices of any size, nothing simplified), so that they share
# no algebra with partner sums. Needs R 4.2 or later with clubSandwich.
suppressMessages(library(clubSandwich))

arguments <- commandArgs(trailingOnly = TRUE)
trial <- read.csv(arguments[1])
trial <- trial[!is.na(trial$takeup_survey), ]

fit <- lm(takeup_survey ~ default, data = trial)
vcov_cr2 <- vcovCR(fit, cluster = trial$address, type = "CR2")
satterthwaite <- coef_test(fit, vcov = vcov_cr2, test = "Satterthwaite")

# Correlation of households of one village within arms, by analysis of variance.
one_way_correlation <- function(y, arm, cluster) {
  totals <- aggregate(cbind(y = y, n = 1), list(cluster = cluster, arm = arm), sum)
  rate <- tapply(y, arm, mean)[as.character(totals$arm)]
  between <- sum(totals$n * (totals$y / totals$n - rate)^2) / (nrow(totals) - 2)
  within <- sum(totals$y * (1 - totals$y / totals$n)) / (sum(totals$n) - nrow(totals))
  arm_sizes <- tapply(totals$n, totals$arm, sum)
  squares <- tapply(totals$n^2, totals$arm, sum)
  n0 <- sum(arm_sizes - squares / arm_sizes) / (nrow(totals) - 2)
  (between - within) / (between + (n0 - 1) * within)
}

# Satterthwaite degrees of freedom of the CR2 variance of the second coefficient under an exchangeable
# working covariance (Bell & McCaffrey 2002; Imbens & Kolesar 2016, REStat 98:701, section 4).
imbens_kolesar_df <- function(X, cluster, rho) {
  inverse_root <- function(M) {
    e <- eigen(M, symmetric = TRUE)
    e$vectors %*% diag(1 / sqrt(e$values), length(e$values)) %*% t(e$vectors)
  }
  bread <- solve(crossprod(X))
  hat <- X %*% bread %*% t(X)
  residual_maker <- diag(nrow(X)) - hat
  working <- rho * outer(cluster, cluster, "==") + (1 - rho) * diag(nrow(X))
  contrast <- bread[2, ]
  groups <- split(seq_along(cluster), cluster)
  G <- sapply(groups, function(rows) {
    adjustment <- inverse_root(diag(length(rows)) - hat[rows, rows, drop = FALSE])
    as.vector(
      t(residual_maker[rows, , drop = FALSE]) %*% adjustment %*% X[rows, , drop = FALSE] %*% contrast)
  })
  P <- t(G) %*% working %*% G
  sum(diag(P))^2 / sum(P^2)
}

rho <- one_way_correlation(trial$takeup_survey, trial$default, trial$address)
df_ik <- imbens_kolesar_df(model.matrix(fit), trial$address, min(max(rho, 0.01), 0.95))

villages <- aggregate(cbind(y = takeup_survey, n = 1) ~ address + default, data = trial, FUN = sum)
number <- function(x) format(x, digits = 17, scientific = FALSE)
version_of <- function(package) as.character(packageVersion(package))
arm <- function(value, of) number(of(villages[villages$default == value, ]))
json <- sprintf('{
  "call": "lm(takeup_survey ~ default); vcovCR(fit, cluster = address, type = \\"CR2\\")",
  "software": {"R": "%s", "clubSandwich": "%s", "sandwich": "%s"},
  "data": "data/cai-2015-insurance-takeup.csv",
  "rows": %d,
  "controlPartners": %s,
  "treatmentPartners": %s,
  "controlRate": %s,
  "treatmentRate": %s,
  "estimate": %s,
  "standardErrorCR2": %s,
  "degreesOfFreedomIdentity": %s,
  "intraclassCorrelation": %s,
  "degreesOfFreedomImbensKolesar": %s
}
', paste(R.version$major, R.version$minor, sep = "."), version_of("clubSandwich"), version_of("sandwich"),
  nrow(trial), arm(0, nrow), arm(1, nrow),
  arm(0, function(v) sum(v$y) / sum(v$n)), arm(1, function(v) sum(v$y) / sum(v$n)),
  number(coef(fit)[["default"]]), number(sqrt(vcov_cr2["default", "default"])),
  number(satterthwaite["default", if ("df_Satt" %in% names(satterthwaite)) "df_Satt" else "df"]),
  number(rho), number(df_ik))
writeLines(json, arguments[2], sep = "")
