#include "CNumerics.h"

#include <cmath>

#include <eigen3/Eigen/Dense>

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Orders up to 8 are decomposed on the stack: a model has few coefficients but there may be many partners.
template <int Order>
bool decompose(int order, const double *matrix, double *values, double *vectors) {
    using Square = Eigen::Matrix<double, Order, Order>;
    const Square symmetric = Eigen::Map<const Square>(matrix, order, order);
    if (!symmetric.allFinite()) return false;
    Eigen::SelfAdjointEigenSolver<Square> solver(symmetric);
    if (solver.info() != Eigen::Success) return false;
    Eigen::Map<Eigen::Matrix<double, Order, 1>>(values, order) = solver.eigenvalues();
    // Column-major eigenvectors in columns: read row by row, each row is one eigenvector.
    Eigen::Map<Square>(vectors, order, order) = solver.eigenvectors();
    return true;
}

bool decompose_any(int order, const double *matrix, double *values, double *vectors) {
    switch (order) {
    case 1: return decompose<1>(order, matrix, values, vectors);
    case 2: return decompose<2>(order, matrix, values, vectors);
    case 3: return decompose<3>(order, matrix, values, vectors);
    case 4: return decompose<4>(order, matrix, values, vectors);
    case 5: return decompose<5>(order, matrix, values, vectors);
    case 6: return decompose<6>(order, matrix, values, vectors);
    case 7: return decompose<7>(order, matrix, values, vectors);
    case 8: return decompose<8>(order, matrix, values, vectors);
    default: return decompose<Eigen::Dynamic>(order, matrix, values, vectors);
    }
}

} // namespace

extern "C" {

int numerics_symmetric_eigen(int order, const double *matrix, double *values, double *vectors) {
    if (order <= 0) return 0;
    try {
        return decompose_any(order, matrix, values, vectors) ? 1 : 0;
    } catch (...) {
        return 0;
    }
}

int numerics_cholesky_inverse(int order, const double *matrix, double tolerance, double *inverse) {
    if (order <= 0) return 0;
    try {
        const Eigen::Map<const RowMajor> symmetric(matrix, order, order);
        RowMajor lower = RowMajor::Zero(order, order);
        for (int j = 0; j < order; ++j) {
            const double remainder = symmetric(j, j) - lower.row(j).head(j).squaredNorm();
            // Written so that a NaN counts as dependent.
            if (!(remainder > tolerance * symmetric(j, j)) || !std::isfinite(remainder)) return j;
            lower(j, j) = std::sqrt(remainder);
            for (int i = j + 1; i < order; ++i)
                lower(i, j) =
                    (symmetric(i, j) - lower.row(i).head(j).dot(lower.row(j).head(j))) / lower(j, j);
        }
        Eigen::Map<RowMajor>(inverse, order, order) =
            lower.triangularView<Eigen::Lower>().solve(RowMajor::Identity(order, order));
        return order;
    } catch (...) {
        return 0;
    }
}

} // extern "C"
