// The types that all other files use.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/memory.hpp"

namespace rosenblatt {

using Index = std::ptrdiff_t;

/// Elements in one lane: 64 bytes, a cache line and a panel's width (16 floats or 8 doubles).
template <class T>
inline constexpr Index kLane = 64 / static_cast<Index>(sizeof(T));

constexpr Index ceil_div(Index a, Index b) { return (a + b - 1) / b; }

/// An owned array of zeros, aligned to a cache line.
template <class T>
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(Index size) : data_(allocate(size)), size_(size) { std::fill_n(data_.get(), size, T(0)); }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  Index size() const { return size_; }
  T& operator[](Index i) { return data_.get()[i]; }
  const T& operator[](Index i) const { return data_.get()[i]; }

 private:
  struct Free {
    void operator()(T* pointer) const { memory::release(pointer); }
  };
  static T* allocate(Index size) {
    return static_cast<T*>(memory::allocate(static_cast<std::size_t>(size) * sizeof(T)));
  }
  std::unique_ptr<T, Free> data_;
  Index size_ = 0;
};

/// A matrix of inputs in the caller's memory: a dense C-ordered array, or compressed sparse rows (CSR).
template <class T>
struct Table {
  Index rows = 0, columns = 0;
  const T* dense = nullptr;               // (rows, columns)
  const T* values = nullptr;              // CSR: the stored values, ...
  const std::int32_t* indices = nullptr;  // ... the column of each, ...
  const std::int64_t* indptr = nullptr;   // ... and where each row begins: (rows + 1)

  bool sparse() const { return indptr != nullptr; }
};

/// The targets of training: a row-major matrix, or for classification into several classes the class index of each row.
template <class T>
struct Targets {
  const T* values = nullptr;  // (rows, columns); the loss determines the number of columns
  Index columns = 0;
  const std::int32_t* classes = nullptr;  // (rows,)
};

/// The rows of a training set, their targets and their weights (null: all 1).
template <class T>
struct Samples {
  Table<T> inputs;
  Targets<T> targets;
  const T* weights = nullptr;
};

}  // namespace rosenblatt
