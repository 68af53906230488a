#include <string>
#include <variant>

#include "libsync/context.hpp"
#include "libsync/reducer.hpp"
#include "support/catch.hpp"

// Each alternative has an inverse of its own, one of them in a context.
namespace shelf {

struct put {
  std::string what;
};
struct take {};

struct data {
  using operation = std::variant<put, take>;
  std::string top;
};

void reduce(data& self, const put& op) {
  self.top = op.what;
}
void reduce(data& self, const take&) {
  self.top.clear();
}
data::operation inverse(const data& before, const put&) {
  return put{before.top};
}
data::operation inverse(const data& before, const take&, const libsync::context<data>& how) {
  return put{before.top + " again, after version " + std::to_string(how.version)};
}

} // namespace shelf

static_assert(libsync::invertible<shelf::data>);

// One of the alternatives has none.
namespace lone {

struct data {
  using operation = std::variant<shelf::put, shelf::take>;
};
[[maybe_unused]] data::operation inverse(const data&, const shelf::put&) {
  return shelf::take{};
}

} // namespace lone

static_assert(!libsync::invertible<lone::data>);

TEST_CASE("each alternative of the operations may have an inverse of its own", "[reducer]") {
  using libsync::detail::call_inverse;
  const shelf::data before{"lamp"};
  const libsync::context<shelf::data> how{libsync::client_id{1}, 0, 7};
  const auto back = call_inverse(before, shelf::data::operation{shelf::put{"book"}}, how);
  CHECK(std::get<shelf::put>(back).what == "lamp");
  const auto again = call_inverse(before, shelf::data::operation{shelf::take{}}, how);
  CHECK(std::get<shelf::put>(again).what == "lamp again, after version 7");
}
