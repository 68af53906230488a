#pragma once

/// Does something within a callback: within each in turn, or within some by chance.

#include <cstddef>

/// Is called at every callback. A re-entrant sink holds one.
class interruption {
public:
  /// Never interrupts, but counts.
  interruption() = default;
  /// Interrupts the callback of this number, from 1 on.
  [[nodiscard]] static interruption at(std::size_t number) { return {number, 0}; }
  /// Interrupts every callback of which the number is a multiple of this one. At most three lie in
  /// each other.
  [[nodiscard]] static interruption every(std::size_t period) { return {0, period}; }

  template <class Call>
  void operator()(Call call) {
    ++calls_;
    const bool is_due = calls_ == number_ || (period_ != 0 && calls_ % period_ == 0);
    if (!is_due || depth_ == 3)
      return;
    ++depth_;
    ++interrupted_;
    call();
    --depth_;
  }

  [[nodiscard]] std::size_t calls() const { return calls_; }
  [[nodiscard]] std::size_t interrupted() const { return interrupted_; }

private:
  interruption(std::size_t number, std::size_t period) : number_(number), period_(period) {}

  std::size_t number_ = 0;
  std::size_t period_ = 0;
  std::size_t calls_ = 0;
  std::size_t interrupted_ = 0;
  std::size_t depth_ = 0;
};
