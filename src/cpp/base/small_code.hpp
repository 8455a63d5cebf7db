// To be included last, by files whose code is to be small on the baseline level, which serves processors from before
// 2013: with vectorised loops for all cases in all levels, the package would be larger than 5 MB. These are the losses,
// which take a hundredth of a training, and the threshold logic units.
#pragma once

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__AVX__) && defined(__OPTIMIZE__)
#pragma GCC optimize("Os")
#endif
