#pragma once

/// The reason of a refusal or a failure.

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "libsync/detail/shared.hpp"

namespace libsync {

/// A sentence that a person can read. It is immutable, and its copies share it, so copying one
/// allocates nothing and never throws. It ends at the first zero byte. A literal such as `"the
/// server has ended"_reason` allocates nothing either, so it can be given when memory has run out.
class reason {
public:
  /// Says nothing.
  reason() noexcept = default;

  /// Copies the text. Throws std::bad_alloc.
  reason(const std::string& text) {
    if (!text.empty()) {
      auto kept = detail::shared<const std::string>(text);
      text_ = {kept, kept->c_str()};
    }
  }
  reason(std::string_view text) : reason(std::string{text}) {}
  reason(const char* text) : reason(std::string{text}) {}

  /// Refers to a text that lives until the program ends.
  [[nodiscard]] static reason literal(const char* text) noexcept {
    reason made;
    made.text_ = {std::shared_ptr<void>{}, text};
    return made;
  }

  [[nodiscard]] std::string_view text() const noexcept {
    return text_ ? std::string_view{text_.get()} : std::string_view{};
  }
  [[nodiscard]] bool empty() const noexcept { return text().empty(); }

  operator std::string() const { return std::string{text()}; }
  operator std::string_view() const noexcept { return text(); }

  friend bool operator==(const reason& left, const reason& right) noexcept {
    return left.text() == right.text();
  }
  friend bool operator==(const reason& left, std::string_view right) noexcept {
    return left.text() == right;
  }
  friend bool operator==(const reason& left, const std::string& right) noexcept {
    return left.text() == right;
  }
  friend bool operator==(const reason& left, const char* right) noexcept {
    return left.text() == right;
  }

  friend std::string operator+(std::string left, const reason& right) {
    return left.append(right.text());
  }
  friend std::string operator+(const reason& left, std::string_view right) {
    return std::string{left.text()}.append(right);
  }

  friend std::ostream& operator<<(std::ostream& out, const reason& self) {
    return out << self.text();
  }

private:
  std::shared_ptr<const char> text_; // without an owner where it is a literal
};

inline namespace literals {

/// A reason that allocates nothing.
[[nodiscard]] inline reason operator""_reason(const char* text, std::size_t) noexcept {
  return reason::literal(text);
}

} // namespace literals

} // namespace libsync
