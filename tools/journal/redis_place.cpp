#include <cstdlib>
#include <utility>

#include "libsync/redis/journal.hpp"
#include "place.hpp"
#include "redis_address.hpp"

namespace libsync::journal_tool {

namespace {

// Of many rows the answer to a commit takes long. A server that ends just now soon lets go.
constexpr int answer_ms = 30'000;
constexpr int lock_ms = 2'000;

class redis_place final : public place {
public:
  explicit redis_place(redis_address where) : where_(std::move(where)) {
    where_.how.timeout = answer_ms;
    where_.how.wait = lock_ms;
    if (const auto* password = std::getenv("REDISCLI_AUTH")) // NOLINT(concurrency-mt-unsafe)
      where_.how.password = password;
  }

  std::unique_ptr<row_store> read() override {
    auto how = where_.how;
    how.read_only = true;
    how.must_exist = true;
    return open(how);
  }

  // If Redis loses that, the journal is as it was.
  std::unique_ptr<row_store> change() override {
    auto how = where_.how;
    how.must_exist = true;
    how.synced = false;
    return open(how);
  }

  std::unique_ptr<row_store> make(durability level) override {
    auto how = where_.how;
    how.synced = level == durability::synced;
    return open(how);
  }

  void describe(std::ostream& to) const override { to << "place         " << place_ << '\n'; }

private:
  std::unique_ptr<row_store> open(const redis_rows_options& how) {
    auto rows = open_redis_rows(where_.name, how);
    place_ = rows->place();
    return rows;
  }

  redis_address where_;
  std::string place_;
};

} // namespace

std::unique_ptr<place> find_in_redis(const std::string& address) {
  return std::make_unique<redis_place>(read_redis_address(address));
}

} // namespace libsync::journal_tool
