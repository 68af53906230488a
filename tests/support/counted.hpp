#pragma once

/// A value that counts its copies and how many of it live.

#include <atomic>

struct counted {
  struct operation {
    int amount = 0;
  };

  explicit counted(int initial = 0) : value(initial) { ++alive_; }
  counted(const counted& other) : value(other.value) {
    ++alive_;
    ++copies_;
  }
  counted(counted&& other) noexcept : value(other.value) { ++alive_; }
  counted& operator=(const counted& other) {
    value = other.value;
    ++copies_;
    return *this;
  }
  counted& operator=(counted&&) noexcept = default;
  ~counted() { --alive_; }

  static int alive() { return alive_; }
  static int copies() { return copies_; }

  int value;

private:
  static inline std::atomic<int> alive_{0};
  static inline std::atomic<int> copies_{0};
};

inline void reduce(counted& self, const counted::operation& op) {
  self.value += op.amount;
}
