/* A library to preload: lets one allocation of the process fail, whoever makes it: Python, NumPy, C++. */
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* block, size_t size);
extern void* __libc_memalign(size_t alignment, size_t size);

/* The allocations until the one that fails; negative: none will. Python sets it without an allocation. */
atomic_long allocations_until_failure = -1;

static int fails(void) {
  long left = atomic_load(&allocations_until_failure);
  while (left >= 0 && !atomic_compare_exchange_weak(&allocations_until_failure, &left, left - 1)) {
  }
  return left == 0;
}

void* malloc(size_t size) {
  if (!fails()) return __libc_malloc(size);
  errno = ENOMEM;
  return NULL;
}

void* calloc(size_t count, size_t size) {
  if (!fails()) return __libc_calloc(count, size);
  errno = ENOMEM;
  return NULL;
}

void* realloc(void* block, size_t size) {
  if (!fails()) return __libc_realloc(block, size);
  errno = ENOMEM;
  return NULL;
}

void* memalign(size_t alignment, size_t size) {
  if (!fails()) return __libc_memalign(alignment, size);
  errno = ENOMEM;
  return NULL;
}

void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void** block, size_t alignment, size_t size) {
  void* made = memalign(alignment, size);
  if (!made) return ENOMEM;
  *block = made;
  return 0;
}
