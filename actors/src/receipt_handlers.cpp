#include "libsync/actors/detail/client/receipt_handlers.hpp"

#include "libsync/actors/detail/waiting.hpp"

namespace libsync::detail {

void receipt_handlers::tell(submission_number first, std::size_t count, const receipt& what,
                            callback_guard& calls) noexcept {
  tell_run(calls);
  first_ = first;
  end_ = first + count;
  what_ = what;
  tell_run(calls);
}

void receipt_handlers::tell_run(callback_guard& calls) noexcept {
  while (!waiting_.empty() && waiting_.front().first < end_) {
    const auto [number, handler] = waiting_.pop();
    auto what = what_;
    if (what.is_accepted())
      what.version += number - first_;
    const no_waiting here{"a receipt's handler"};
    calls([&, &call = handler] { call(what); });
  }
}

} // namespace libsync::detail
