// What one core can do: multiply-adds in registers, and streaming from and to memory. peak.py compiles and calls it.
namespace {

#if defined(__AVX512F__)
constexpr int kBytes = 64;
#elif defined(__AVX__)
constexpr int kBytes = 32;
#else
constexpr int kBytes = 16;
#endif

/// Independent chains of multiply-adds. Returns the operations done, 2 for each. What goes through `number` keeps them
/// from vanishing.
template <class T>
double chains(long steps, T* number) {
  typedef T Vector __attribute__((vector_size(kBytes)));
  constexpr int kLanes = kBytes / sizeof(T), kChains = 10;  // more than 2 a cycle with a latency of 4 cycles need
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

/// STREAM's triad, a = b + s c (J. D. McCalpin, 1995). Returns the bytes that it names, 3 numbers for each element;
/// what a processor reads of `a` before it writes there is not counted.
extern "C" double triad(long count, float* __restrict a, const float* __restrict b, const float* __restrict c) {
  for (long i = 0; i < count; ++i) a[i] = b[i] + 3.0f * c[i];
  return 3.0 * sizeof(float) * static_cast<double>(count);
}
