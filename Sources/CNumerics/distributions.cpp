#include "CNumerics.h"

#include <cmath>
#include <limits>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>

namespace {

namespace bm = boost::math;
namespace policies = boost::math::policies;

// An exception must never cross a C boundary, so every kind of error is reported by value. Without promotion
// the result is the same on every processor: long double differs between them.
using Quiet = policies::policy<
    policies::domain_error<policies::errno_on_error>, policies::pole_error<policies::errno_on_error>,
    policies::overflow_error<policies::errno_on_error>,
    policies::underflow_error<policies::errno_on_error>, policies::denorm_error<policies::errno_on_error>,
    policies::evaluation_error<policies::errno_on_error>,
    policies::rounding_error<policies::errno_on_error>,
    policies::indeterminate_result_error<policies::errno_on_error>, policies::promote_double<false>>;

using Normal = bm::normal_distribution<double, Quiet>;
using StudentT = bm::students_t_distribution<double, Quiet>;
using ChiSquared = bm::chi_squared_distribution<double, Quiet>;
using FisherF = bm::fisher_f_distribution<double, Quiet>;
using Beta = bm::beta_distribution<double, Quiet>;
using Binomial = bm::binomial_distribution<double, Quiet>;
using Poisson = bm::poisson_distribution<double, Quiet>;

template <class Evaluation> double guarded(Evaluation evaluation) noexcept {
    try {
        return evaluation();
    } catch (...) {
        return std::numeric_limits<double>::quiet_NaN();
    }
}

template <class Distribution, class... Parameters>
double distribution_density(double x, Parameters... parameters) noexcept {
    return guarded([=] { return bm::pdf(Distribution(parameters...), x); });
}

template <class Distribution, class... Parameters>
double distribution_cdf(double x, Parameters... parameters) noexcept {
    return guarded([=] { return bm::cdf(Distribution(parameters...), x); });
}

template <class Distribution, class... Parameters>
double distribution_survival(double x, Parameters... parameters) noexcept {
    return guarded([=] { return bm::cdf(bm::complement(Distribution(parameters...), x)); });
}

template <class Distribution, class... Parameters>
double distribution_quantile(double p, Parameters... parameters) noexcept {
    return guarded([=] { return bm::quantile(Distribution(parameters...), p); });
}

template <class Distribution, class... Parameters>
double distribution_survival_quantile(double q, Parameters... parameters) noexcept {
    return guarded([=] { return bm::quantile(bm::complement(Distribution(parameters...), q)); });
}

// The angle of (y, x) as a share of the half circle. With one degree of freedom everything is an arctangent, and
// the library's own special case loses half the digits in one of the tails.
double half_circle_share(double y, double x) noexcept { return std::atan2(y, x) * 0.31830988618379067154; }

} // namespace

extern "C" {

double numerics_normal_density(double x) { return distribution_density<Normal>(x); }
double numerics_normal_cdf(double x) { return distribution_cdf<Normal>(x); }
double numerics_normal_survival(double x) { return distribution_survival<Normal>(x); }
double numerics_normal_quantile(double p) { return distribution_quantile<Normal>(p); }
double numerics_normal_survival_quantile(double q) { return distribution_survival_quantile<Normal>(q); }

double numerics_student_t_density(double x, double df) { return distribution_density<StudentT>(x, df); }
double numerics_student_t_survival(double x, double df) {
    return df == 1 ? half_circle_share(1, x) : distribution_survival<StudentT>(x, df);
}
double numerics_student_t_quantile(double p, double df) { return distribution_quantile<StudentT>(p, df); }
double numerics_student_t_survival_quantile(double q, double df) {
    return distribution_survival_quantile<StudentT>(q, df);
}

double numerics_chi_squared_density(double x, double df) { return distribution_density<ChiSquared>(x, df); }
double numerics_chi_squared_cdf(double x, double df) { return distribution_cdf<ChiSquared>(x, df); }
double numerics_chi_squared_survival(double x, double df) { return distribution_survival<ChiSquared>(x, df); }
double numerics_chi_squared_quantile(double p, double df) { return distribution_quantile<ChiSquared>(p, df); }
double numerics_chi_squared_survival_quantile(double q, double df) {
    return distribution_survival_quantile<ChiSquared>(q, df);
}

double numerics_f_density(double x, double d1, double d2) { return distribution_density<FisherF>(x, d1, d2); }
double numerics_f_cdf(double x, double d1, double d2) {
    return d1 == 1 && d2 == 1 ? 2 * half_circle_share(std::sqrt(x), 1) : distribution_cdf<FisherF>(x, d1, d2);
}
double numerics_f_survival(double x, double d1, double d2) {
    return d1 == 1 && d2 == 1 ? 2 * half_circle_share(1, std::sqrt(x))
                              : distribution_survival<FisherF>(x, d1, d2);
}
double numerics_f_quantile(double p, double d1, double d2) { return distribution_quantile<FisherF>(p, d1, d2); }
double numerics_f_survival_quantile(double q, double d1, double d2) {
    return distribution_survival_quantile<FisherF>(q, d1, d2);
}

double numerics_beta_density(double x, double a, double b) { return distribution_density<Beta>(x, a, b); }
double numerics_beta_cdf(double x, double a, double b) {
    return a == 0.5 && b == 0.5 ? 2 * half_circle_share(std::sqrt(x), std::sqrt(1 - x))
                                : distribution_cdf<Beta>(x, a, b);
}
double numerics_beta_survival(double x, double a, double b) {
    return a == 0.5 && b == 0.5 ? 2 * half_circle_share(std::sqrt(1 - x), std::sqrt(x))
                                : distribution_survival<Beta>(x, a, b);
}
double numerics_beta_quantile(double p, double a, double b) { return distribution_quantile<Beta>(p, a, b); }
double numerics_beta_survival_quantile(double q, double a, double b) {
    return distribution_survival_quantile<Beta>(q, a, b);
}

double numerics_binomial_mass(double k, double n, double p) {
    return distribution_density<Binomial>(k, n, p);
}
double numerics_binomial_cdf(double k, double n, double p) { return distribution_cdf<Binomial>(k, n, p); }
double numerics_binomial_survival(double k, double n, double p) {
    return distribution_survival<Binomial>(k, n, p);
}

double numerics_poisson_mass(double k, double mean) { return distribution_density<Poisson>(k, mean); }
double numerics_poisson_cdf(double k, double mean) { return distribution_cdf<Poisson>(k, mean); }
double numerics_poisson_survival(double k, double mean) { return distribution_survival<Poisson>(k, mean); }

double numerics_log_gamma(double x) {
    return guarded([=] { return bm::lgamma(x, Quiet()); });
}

double numerics_log_beta(double a, double b) {
    return guarded([=] {
        const double direct = bm::beta(a, b, Quiet());
        // The direct value keeps the digits that a difference of large logarithms would lose.
        if (std::isnormal(direct)) return std::log(direct);
        return bm::lgamma(a, Quiet()) + bm::lgamma(b, Quiet()) - bm::lgamma(a + b, Quiet());
    });
}

} // extern "C"
