// exp, expm1, log, log1p, tanh, sin and cos as short formulas without branches, so that loops over them vectorise on
// every level.
//
// Each is within a few units in the last place of the exact value; NaN, infinities and zeros behave as in NumPy. The
// argument reductions and the series are those of Cody & Waite, "Software Manual for the Elementary Functions" (1980).
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>

namespace rosenblatt::elementary {

template <class To, class From>
inline To bit_cast(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof(To));
  return to;
}

/// Constants of the number format. A small number plus `round_magic` has the nearest integer in its low bits.
template <class T>
struct Format;

template <>
struct Format<float> {
  using Bits = std::uint32_t;
  static constexpr int mantissa_bits = 23, exponent_bias = 127;
  static constexpr int exp_terms = 7, log_terms = 5;
  static constexpr float round_magic = 0x1.8p23f, integer_magic = 0x1p23f;
  static constexpr float ln2_high = 0x1.62e4p-1f, ln2_low = 0x1.7f7d1cp-20f;
  static constexpr float exp_largest = 89.0f, exp_smallest = -104.0f;
};

template <>
struct Format<double> {
  using Bits = std::uint64_t;
  static constexpr int mantissa_bits = 52, exponent_bias = 1023;
  static constexpr int exp_terms = 13, log_terms = 10;
  static constexpr double round_magic = 0x1.8p52, integer_magic = 0x1p52;
  static constexpr double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
  static constexpr double exp_largest = 710.0, exp_smallest = -746.0;
};

namespace detail {

/// 2^n for an integral n within the normal exponents.
template <class T>
inline T power_of_two(T n) {
  using F = Format<T>;
  using Bits = typename F::Bits;
  return bit_cast<T>((bit_cast<Bits>(n + F::round_magic) + Bits(F::exponent_bias)) << F::mantissa_bits);
}

/// x = n ln 2 + r with |r| <= ln 2 / 2; returns exp(r) - 1 by its Taylor series.
template <class T>
inline T reduced_expm1(T x, T& n) {
  using F = Format<T>;
  n = (x * T(1.4426950408889634074) + F::round_magic) - F::round_magic;
  const T r = (x - n * F::ln2_high) - n * F::ln2_low;
  constexpr double inverse_factorials[] = {
      1.0,        1.0,         1.0 / 2,      1.0 / 6,       1.0 / 24,       1.0 / 120,        1.0 / 720,
      1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600., 1.0 / 6227020800.};
  T sum = T(inverse_factorials[F::exp_terms]);
#pragma GCC unroll 16
  for (int i = F::exp_terms - 1; i >= 2; --i) sum = sum * r + T(inverse_factorials[i]);
  return r + r * r * sum;
}

}  // namespace detail

template <class T>
inline T exp(T x) {
  using F = Format<T>;
  x = x > F::exp_largest ? F::exp_largest : x;
  x = x < F::exp_smallest ? F::exp_smallest : x;
  T n;
  const T p = detail::reduced_expm1(x, n);
  // Two factors, because 2^n alone may overflow or be subnormal where the result is neither.
  const T half = (n * T(0.5) + F::round_magic) - F::round_magic;
  return (T(1) + p) * detail::power_of_two(half) * detail::power_of_two(n - half);
}

/// exp(x) - 1 for x <= 0.
template <class T>
inline T expm1_of_negative(T x) {
  // Below -50 the result is -1; the bound keeps 2^n normal.
  x = x < T(-50) ? T(-50) : x;
  T n;
  const T p = detail::reduced_expm1(x, n);
  const T scale = detail::power_of_two(n);
  return scale * p + (scale - T(1));
}

/// The natural logarithm: log(m 2^e) = e ln 2 + 2 artanh((m - 1) / (m + 1)) with m in [sqrt(1/2), sqrt(2)).
template <class T>
inline T log(T x) {
  using F = Format<T>;
  using Bits = typename F::Bits;
  constexpr T smallest = std::numeric_limits<T>::min();
  const bool subnormal = x < smallest;
  const T scaled = subnormal ? x * T(Bits(1) << F::mantissa_bits) : x;
  const Bits bits = bit_cast<Bits>(scaled);
  // The exponent as a number: its bits placed in the mantissa of 2^mantissa_bits.
  const T biased = bit_cast<T>((bits >> F::mantissa_bits) | bit_cast<Bits>(F::integer_magic)) - F::integer_magic;
  const Bits mantissa = (bits & ((Bits(1) << F::mantissa_bits) - 1)) | bit_cast<Bits>(T(1));
  const T m = bit_cast<T>(mantissa);
  const bool large = m > T(1.4142135623730950488);
  const T f = (large ? m * T(0.5) : m) - T(1);
  const T e = biased - T(F::exponent_bias) + (large ? T(1) : T(0)) - (subnormal ? T(F::mantissa_bits) : T(0));
  const T s = f / (T(2) + f);
  const T z = s * s;
  T sum = T(1) / T(2 * F::log_terms + 1);
#pragma GCC unroll 16
  for (int i = F::log_terms - 1; i >= 1; --i) sum = sum * z + T(1) / T(2 * i + 1);
  // 2 artanh(s) = f - s (f - 2 z sum): the leading term f is exact, so that the result is accurate near m = 1.
  T result = e * F::ln2_high + (f - (s * (f - T(2) * z * sum) - e * F::ln2_low));
  result = x == std::numeric_limits<T>::infinity() ? x : result;
  result = x == T(0) ? -std::numeric_limits<T>::infinity() : result;
  return x >= T(0) ? result : std::numeric_limits<T>::quiet_NaN();
}

/// log(1 + x) for finite x >= 0: the logarithm of the rounded sum, and a correction for the rounding error.
template <class T>
inline T log1p_of_positive(T x) {
  const T u = T(1) + x;
  return log(u) + (x - (u - T(1))) / u;
}

template <class T>
inline T tanh(T x) {
  const T t = expm1_of_negative(T(-2) * std::abs(x));
  return std::copysign(-t / (T(2) + t), x);
}

namespace detail {

/// sin(2 pi s) for |s| <= 1/4, by its Taylor series.
template <class T>
inline T sin_of_quarter(T s) {
  // (-1)^i (2 pi)^(2 i + 1) / (2 i + 1)!
  constexpr double coefficients[] = {6.283185307179586,     -41.34170224039976,   81.60524927607506,
                                     -76.70585975306139,    42.058693944897655,   -15.09464257682299,
                                     3.819952584848282,     -0.7181223017785006,  0.10422916220813984,
                                     -0.012031585942120627, 0.0011309237482517963};
  constexpr int last = sizeof(T) == sizeof(float) ? 6 : 10;
  const T z = s * s;
  T sum = T(coefficients[last]);
#pragma GCC unroll 16
  for (int i = last - 1; i >= 0; --i) sum = sum * z + T(coefficients[i]);
  return sum * s;
}

/// x less the nearest integer, for |x| up to a quarter of the largest number with a fraction.
template <class T>
inline T fraction(T x) {
  using F = Format<T>;
  return x - ((x + F::round_magic) - F::round_magic);
}

}  // namespace detail

/// sin(2 pi x) and cos(2 pi x): the argument is in turns, so that its reduction is exact.
template <class T>
inline T sin_of_turns(T x) {
  const T r = detail::fraction(x);
  return detail::sin_of_quarter(std::copysign(T(0.25) - std::abs(std::abs(r) - T(0.25)), r));
}
template <class T>
inline T cos_of_turns(T x) {
  return detail::sin_of_quarter(T(0.25) - std::abs(detail::fraction(x)));
}

/// log(1 + exp(x)), from exp(-|x|) so that nothing overflows.
template <class T>
inline T softplus(T x) {
  return (x < T(0) ? T(0) : x) + log1p_of_positive(exp(-std::abs(x)));
}

/// 1 / (1 + exp(-x)), from exp(-|x|) so that nothing overflows.
template <class T>
inline T logistic(T x) {
  const T t = exp(-std::abs(x));
  return (x < T(0) ? t : T(1)) / (T(1) + t);
}

namespace detail {

// Chebyshev series of exp(y^2) erfc(y) (1 + 2 y) in t = (y - 2) / (y + 2), truncated at the precision of the format and
// written in powers of t, lowest first (after Schonfelder, "Chebyshev expansions for the error and related functions",
// 1978; computed again with 60 digits).
inline constexpr float kScaledErfc32[] = {1.27697837f,    -0.0927637592f,   -0.166031092f,   0.164049461f,
                                          -0.0542119592f, -0.00801896304f,  0.00868915953f,  0.00121741055f,
                                          -0.0013957069f, -0.000357920449f, 0.000160803582f, 6.33694581e-05f};
inline constexpr double kScaledErfc64[] = {
    1.2769783815525289,      -0.09276382658574522,   -0.16603039761533683,    0.16405128003334057,
    -0.05422000098938379,    -0.008034015078553464,  0.008722653817412258,    0.0012713388980090158,
    -0.0014568132813392836,  -0.0004543401657863993, 0.00020636268647766627,  0.00015103514399068322,
    -1.4901062178327189e-06, -3.640725735279041e-05, -1.3550461660621755e-05, 3.666977126641099e-06,
    5.3380619799498e-06,     1.5863413025348713e-06, -8.486280593803529e-07,  -9.42043006762512e-07,
    -1.283145001602249e-07,  2.3191445148773556e-07, 9.110270309406622e-08,   -2.4630020041347383e-08,
    -1.4276847782986204e-08};

template <class T>
inline T scaled_erfc(T t) {
  constexpr auto& coefficients = []() -> auto& {
    if constexpr (sizeof(T) == sizeof(float))
      return kScaledErfc32;
    else
      return kScaledErfc64;
  }();
  constexpr int last = static_cast<int>(std::size(coefficients)) - 1;
  T sum = coefficients[last];
#pragma GCC unroll 32
  for (int i = last - 1; i >= 0; --i) sum = sum * t + coefficients[i];
  return sum;
}

}  // namespace detail

/// exp(-x^2 / 2). The square is computed in two parts, because its absolute error becomes the relative error of the
/// result.
template <class T>
inline T exp_of_half_square(T x) {
  using Bits = typename Format<T>::Bits;
  constexpr Bits upper_half = ~((Bits(1) << (Format<T>::mantissa_bits / 2 + 1)) - 1);  // its square is exact
  x = std::abs(x);
  x = x > T(40) ? T(40) : x;  // beyond, the result is 0, and infinity - infinity would be NaN below
  const T high = bit_cast<T>(bit_cast<Bits>(x) & upper_half);
  return exp(T(-0.5) * high * high) * exp(T(-0.5) * (x - high) * (x + high));
}

/// The standard normal distribution function Phi(x), accurate in the lower tail too; `density` is exp(-x^2 / 2).
template <class T>
inline T normal_cdf(T x, T density) {
  const T y = std::abs(x) * T(0.70710678118654752440);
  const T bounded = y > T(40) ? T(40) : y;  // beyond, the density is zero
  const T tail = T(0.5) * density * detail::scaled_erfc((bounded - T(2)) / (bounded + T(2))) / (T(1) + T(2) * bounded);
  return x < T(0) ? tail : T(1) - tail;
}

}  // namespace rosenblatt::elementary
