#include "ready_actors.hpp"

#include <algorithm>
#include <utility>

namespace libsync::testing {

void ready_actors::add(actor one) {
  if (is_frozen(one.id)) {
    held_.emplace(one.id, one.job);
    return;
  }
  // One that is no actor has no number; these stay in order.
  const auto place =
      std::upper_bound(ready_.begin(), ready_.end(), one,
                       [](const actor& left, const actor& right) { return left.id < right.id; });
  ready_.insert(place, one);
}

ready_actors::actor ready_actors::take(random& choices) {
  const auto chosen = ready_.begin() + static_cast<std::ptrdiff_t>(next(choices));
  const auto one = *chosen;
  ready_.erase(chosen);
  return one;
}

std::size_t ready_actors::next(random& choices) {
  if (policy_ == scheduling::priorities)
    return highest(choices);
  return static_cast<std::size_t>(choices.below(ready_.size()));
}

std::size_t ready_actors::highest(random& choices) {
  std::size_t found = 0;
  std::int64_t most = 0;
  for (std::size_t i = 0; i < ready_.size(); ++i) {
    auto [place, is_new] = priorities_.try_emplace(ready_[i].id);
    if (is_new)
      place->second = static_cast<std::int64_t>(choices() >> 2U);
    if (i == 0 || place->second > most) {
      found = i;
      most = place->second;
    }
  }
  if (choices.below(steps_between_changes) == 0)
    priorities_[ready_[found].id] = --lowest_;
  return found;
}

void ready_actors::freeze(caf::actor_id whom) {
  if (!frozen_.insert(whom).second)
    return;
  const auto found = std::find_if(ready_.begin(), ready_.end(),
                                  [whom](const actor& one) { return one.id == whom; });
  if (found == ready_.end())
    return;
  held_.emplace(whom, found->job);
  ready_.erase(found);
}

void ready_actors::thaw(caf::actor_id whom) {
  frozen_.erase(whom);
  if (const auto found = held_.find(whom); found != held_.end()) {
    const actor one{whom, found->second};
    held_.erase(found);
    add(one);
  }
}

void ready_actors::thaw_all() {
  frozen_.clear();
  for (const auto& [id, job] : std::exchange(held_, {}))
    add({id, job});
}

} // namespace libsync::testing
