#include "support/failing.hpp"

#include "support/heap.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

#include <malloc.h>

// The forms that are not replaced call these.

void* operator new(std::size_t size) {
  if (failing::allocations().is_due())
    throw std::bad_alloc{};
  if (void* memory = std::malloc(size == 0 ? 1 : size)) {
    heap::taken_here() += malloc_usable_size(memory);
    return memory;
  }
  throw std::bad_alloc{};
}

void operator delete(void* memory) noexcept {
  heap::taken_here() -= malloc_usable_size(memory);
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}
