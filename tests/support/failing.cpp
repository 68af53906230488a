#include "support/failing.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

// The forms that are not replaced call these.

void* operator new(std::size_t size) {
  if (failing::allocations().is_due())
    throw std::bad_alloc{};
  if (void* memory = std::malloc(size == 0 ? 1 : size))
    return memory;
  throw std::bad_alloc{};
}

// A sanitizer's would not fit the `operator delete` below.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
