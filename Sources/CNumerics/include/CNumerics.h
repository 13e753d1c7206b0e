// Probability distributions of Boost.Math and decompositions of Eigen behind a C interface.
//
// Every distribution function is total: arguments outside a distribution's domain, and evaluations that do
// not converge, give a NaN; a quantile at probability 0 or 1 may be infinite. Nothing throws and no state is
// kept.
//
// "survival" is P(X > x), computed as a complement and therefore accurate in the far upper tail, where
// 1 - cdf would have no digits left. "survival_quantile(q)" is the x with P(X > x) = q.
#ifndef FAIRWAY_CNUMERICS_H
#define FAIRWAY_CNUMERICS_H

#ifdef __cplusplus
extern "C" {
#endif

double numerics_normal_density(double x);
double numerics_normal_cdf(double x);
double numerics_normal_survival(double x);
double numerics_normal_quantile(double p);
double numerics_normal_survival_quantile(double q);

double numerics_student_t_density(double x, double degrees_of_freedom);
double numerics_student_t_survival(double x, double degrees_of_freedom);
double numerics_student_t_quantile(double p, double degrees_of_freedom);
double numerics_student_t_survival_quantile(double q, double degrees_of_freedom);

double numerics_chi_squared_density(double x, double degrees_of_freedom);
double numerics_chi_squared_cdf(double x, double degrees_of_freedom);
double numerics_chi_squared_survival(double x, double degrees_of_freedom);
double numerics_chi_squared_quantile(double p, double degrees_of_freedom);
double numerics_chi_squared_survival_quantile(double q, double degrees_of_freedom);

double numerics_f_density(double x, double d1, double d2);
double numerics_f_cdf(double x, double d1, double d2);
double numerics_f_survival(double x, double d1, double d2);
double numerics_f_quantile(double p, double d1, double d2);
double numerics_f_survival_quantile(double q, double d1, double d2);

double numerics_beta_density(double x, double alpha, double beta);
double numerics_beta_cdf(double x, double alpha, double beta);
double numerics_beta_survival(double x, double alpha, double beta);
double numerics_beta_quantile(double p, double alpha, double beta);
double numerics_beta_survival_quantile(double q, double alpha, double beta);

double numerics_binomial_mass(double successes, double trials, double probability);
double numerics_binomial_cdf(double successes, double trials, double probability);
double numerics_binomial_survival(double successes, double trials, double probability);

double numerics_poisson_mass(double count, double mean);
double numerics_poisson_cdf(double count, double mean);
double numerics_poisson_survival(double count, double mean);

// ln |Γ(x)|, and ln B(a, b) for positive a and b.
double numerics_log_gamma(double x);
double numerics_log_beta(double a, double b);

// Linear algebra of small dense matrices, stored row by row.

// Eigenvalues, ascending, and unit eigenvectors, one a row, of a symmetric matrix. Gives 1, or 0 without
// writing when an entry is not finite or the iteration does not converge.
int numerics_symmetric_eigen(int order, const double *matrix, double *values, double *vectors);

// The inverse of the lower Cholesky factor of a symmetric positive definite matrix. Gives the order, or,
// without writing, the index of the first column of which no more than a fraction `tolerance` of its diagonal
// entry is left after projecting on the columns before it: that column depends on them.
int numerics_cholesky_inverse(int order, const double *matrix, double tolerance, double *inverse);

#ifdef __cplusplus
}
#endif

#endif
