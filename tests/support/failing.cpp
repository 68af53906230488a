#include "support/failing.hpp"
#include "support/memory.hpp"

#include <malloc.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::ptrdiff_t> outstanding{0};

std::ptrdiff_t size_of(void* memory) noexcept {
  return static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
}

} // namespace

std::ptrdiff_t outstanding_bytes() noexcept {
  return outstanding.load(std::memory_order_relaxed);
}

// All forms but the aligned ones, since a sanitizer's would not go together with these.

void* operator new(std::size_t size) {
  if (failing::allocations().is_due())
    throw std::bad_alloc{};
  if (void* memory = std::malloc(size == 0 ? 1 : size)) {
    outstanding.fetch_add(size_of(memory), std::memory_order_relaxed);
    return memory;
  }
  throw std::bad_alloc{};
}

void operator delete(void* memory) noexcept {
  if (memory != nullptr)
    outstanding.fetch_sub(size_of(memory), std::memory_order_relaxed);
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (...) {
    return nullptr;
  }
}

void* operator new[](std::size_t size) {
  return operator new(size);
}

void* operator new[](std::size_t size, const std::nothrow_t& without) noexcept {
  return operator new(size, without);
}

void operator delete(void* memory, const std::nothrow_t&) noexcept {
  operator delete(memory);
}

void operator delete[](void* memory) noexcept {
  operator delete(memory);
}

void operator delete[](void* memory, std::size_t) noexcept {
  operator delete(memory);
}

void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  operator delete(memory);
}
