#include "libsync/actors/detail/server/effect_desk.hpp"

#include <mutex>
#include <utility>

#include "libsync/actors/effect_token.hpp"

namespace libsync {

namespace detail {

void effect_desk::put(const effect_key& key, effect_report what) {
  auto wake = write_letter(message::done);
  {
    const std::lock_guard here{lock_};
    const auto at = waiting_.try_emplace(key).first;
    if (at->second.what <= what.what)
      at->second = std::move(what);
  }
  bell_.ring(std::move(wake));
}

bool effect_desk::has_ended(const effect_key& key) const noexcept {
  const std::lock_guard here{lock_};
  const auto found = waiting_.find(key);
  return found != waiting_.end() && found->second.what != effect_report::kind::again;
}

void effect_desk::begin_life() noexcept {
  const std::lock_guard here{lock_};
  std::erase_if(waiting_,
                [](const auto& one) { return one.second.what == effect_report::kind::again; });
}

effect_desk::reports::node_type effect_desk::take() noexcept {
  const std::lock_guard here{lock_};
  return waiting_.empty() ? reports::node_type{} : waiting_.extract(waiting_.begin());
}

void effect_desk::put_back(reports::node_type report) noexcept {
  const std::lock_guard here{lock_};
  waiting_.insert(std::move(report)); // unless there is another by now
}

} // namespace detail

void effect_token::done() const {
  desk_->put(key_, {detail::effect_report::kind::done, {}});
}

void effect_token::refused(libsync::reason why) const {
  desk_->put(key_, {detail::effect_report::kind::refused, std::move(why)});
}

void effect_token::again() const {
  desk_->put(key_, {detail::effect_report::kind::again, {}});
}

} // namespace libsync
