// Users' values travel by their `inspect`.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsync/network/detail/inspect_form.hpp"
#include "support/catch.hpp"

namespace {

using libsync::detail::inspect_form;
using libsync::detail::wire_error;

struct note {
  std::string text;
  std::vector<std::uint32_t> marks;
  friend bool operator==(const note&, const note&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& with, note& self) {
    if constexpr (requires { with.object(self); })
      return with.object(self).fields(with.field("text", self.text),
                                      with.field("marks", self.marks));
    else
      return with(self.text, self.marks);
  }
};

// Takes no byte.
struct nothing {
  friend bool operator==(const nothing&, const nothing&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& with, nothing& self) {
    if constexpr (requires { with.object(self); })
      return with.object(self).fields();
    else
      return with();
  }
};

template <class T>
std::string bytes_of(const std::vector<T>& all) {
  std::string bytes;
  inspect_form::write(std::span<const T>{all}, bytes);
  return bytes;
}

std::string told(std::string_view bytes, std::size_t count) {
  try {
    static_cast<void>(inspect_form::read<note>(bytes, count, "notes"));
    return {};
  } catch (const wire_error& error) {
    return error.what();
  }
}

} // namespace

TEST_CASE("values come back equal from the bytes of their inspect", "[network]") {
  const std::vector<note> all{{"one", {1, 2}}, {"", {}}, {std::string(300, 'x'), {7}}};
  const auto bytes = bytes_of(all);
  CHECK(inspect_form::read<note>(bytes, 3, "notes") == all);
  CHECK(bytes_of(std::vector<nothing>(5)).empty());
  CHECK(inspect_form::read<nothing>("", 5, "nothing").size() == 5);
}

TEST_CASE("bytes that are not those of so many values are refused", "[network]") {
  const auto bytes = bytes_of(std::vector<note>{{"one", {1, 2}}, {"two", {}}});
  for (std::size_t size = 0; size != bytes.size(); ++size)
    CHECK_THAT(told(std::string_view{bytes}.substr(0, size), 2), Catch::StartsWith("notes: "));
  CHECK(told(bytes + "more", 2) == "notes: 4 bytes are left");
  CHECK_FALSE(told(bytes, 1).empty());
  CHECK_FALSE(told(bytes, 3).empty());
}
