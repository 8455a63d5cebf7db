// The limits of one core: multiply-adds in registers, and streaming from and to memory. peak.py compiles and calls it.
namespace {

#if defined(__AVX512F__)
constexpr int kBytes = 64;
#elif defined(__AVX__)
constexpr int kBytes = 32;
#else
constexpr int kBytes = 16;
#endif

/// Independent chains of multiply-adds. Returns the number of operations, 2 for each. The compiler cannot remove them,
/// since they depend on `number` and change it.
template <class T>
double chains(long steps, T* number) {
  typedef T Vector __attribute__((vector_size(kBytes)));
  constexpr int kLanes = kBytes / sizeof(T), kChains = 10;  // 2 a cycle with a latency of 4 cycles need 8
  const Vector factor = Vector{} + T(0.5), shift = Vector{} + *number;
  Vector chain[kChains];
  for (Vector& one : chain) one = shift;
  for (long step = 0; step < steps; ++step)
#pragma GCC unroll 10
    for (Vector& one : chain) one = one * factor + shift;
  for (const Vector& one : chain) *number += one[0];
  return 2.0 * kChains * kLanes * static_cast<double>(steps);
}

}  // namespace

extern "C" double peak_float(long steps, float* number) { return chains(steps, number); }
extern "C" double peak_double(long steps, double* number) { return chains(steps, number); }

/// STREAM's triad, a = b + s c (J. D. McCalpin, 1995). Returns the bytes of 3 numbers for each element; it does
/// not count that a processor reads a line of `a` before it writes there.
extern "C" double triad(long count, float* __restrict a, const float* __restrict b, const float* __restrict c) {
  for (long i = 0; i < count; ++i) a[i] = b[i] + 3.0f * c[i];
  return 3.0 * sizeof(float) * static_cast<double>(count);
}
