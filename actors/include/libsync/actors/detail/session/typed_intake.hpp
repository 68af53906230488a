#pragma once

/// The typed side of a session at which its client works.

#include <cstddef>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "libsync/actors/detail/client/any_client.hpp"
#include "libsync/actors/detail/client/client_core.hpp"
#include "libsync/actors/detail/session/session_buffer.hpp"
#include "libsync/actors/detail/session/undo_marks.hpp"

#include "libsync/detail/callback_guard.hpp"
#include "libsync/detail/client/confirmed_copy.hpp"
#include "libsync/detail/fifo.hpp"
#include "libsync/ids.hpp"
#include "libsync/presence.hpp"
#include "libsync/receipt.hpp"
#include "libsync/shared_view.hpp"

namespace libsync::detail {

/// Takes submissions from a session's buffer.
template <class Data, replica_mode Mode>
class typed_intake final : public session_intake {
public:
  using core = client_core<Data, Mode>;

  /// `to` takes the submissions, and shows its data in `copy`.
  typed_intake(core& to, std::shared_ptr<session_buffer<Data, Mode>> buffer,
               copy_ptr<Data, Mode> copy)
      : core_(to), buffer_(std::move(buffer)), copy_(std::move(copy)) {
    core_.before_use([this] { adopt(); });
    if constexpr (std::is_same_v<Mode, optimistic>)
      if (core_.steps().is_on())
        core_.steps()->publish(buffer_->counts());
    if constexpr (has_presence<Data>)
      core_.presence().use({buffer_, &buffer_->presence()});
  }

  void adopt() override {
    if (buffer_->was_used() && !core_.state().closed())
      hang_up();
  }

  // An optimistic client has none: whoever watches it is to be told by it what was submitted.
  void tend_line(bool idle) override {
    const auto& state = core_.state();
    if (!idle || std::is_same_v<Mode, optimistic>)
      hang_up();
    else if (!line_open_)
      line_open_ = buffer_->open_line(core_.server(), *state.id(), state.epoch(), state.next());
  }

  void hang_up() override {
    if (!std::exchange(line_open_, false))
      return;
    if (auto before = buffer_->close_line(); before.sent)
      core_.adopt(std::move(before.sent),
                  before.wanted ? handler_for(std::move(before.wanted)) : receipt_handler{});
  }

  void drain() override {
    adopt();
    more_ = buffer_->take(core_.state().room(), drained_);
    auto marks = take_marks();
    flooded_ = drained_.parcels.size() > 1 ||
               (drained_.parcels.size() == 1 && drained_.parcels.front().count > 1);
    auto wanted = drained_.wanted.begin();
    for (auto& several : drained_.parcels) {
      std::vector<std::pair<submission_number, receipt_handler>> handlers;
      for (; wanted != drained_.wanted.end() && wanted->first < several.end(); ++wanted)
        handlers.push_back({wanted->first, handler_for(std::move(wanted->second))});
      carry_out(marks, several.first);
      const auto count = several.count;
      if (const auto taken = core_.push(std::move(several), handlers); !taken) {
        drop_early(count);
        for (const auto& [number, handler] : handlers)
          calls_([&, &tell = handler] { tell(taken.failure()); });
      }
    }
    drained_.clear();
    carry_out(marks, behind_all);
    if (core_.steps().is_on())
      buffer_->end_taking();
    core_.pump();
    core_.tend_presence();
  }

  [[nodiscard]] bool has_more() const noexcept override { return more_; }
  [[nodiscard]] bool is_flooded() const noexcept override { return flooded_; }

  void reach(version latest) override { buffer_->gate().reach(latest); }

  void refuse(const reason& why) noexcept override {
    buffer_->refuse(why);
    drop_early(all);
    copy_->give_up();
  }

  void end(const reason& why) noexcept override {
    buffer_->end(why);
    drop_early(all);
    copy_->give_up();
  }

  void add_to(client_status& told) const noexcept override {
    told.buffer_overloaded = buffer_->overloaded();
    told.thrown += buffer_->thrown() + calls_.thrown();
  }

private:
  receipt_handler handler_for(receipt_promise wanted) {
    return [this, wanted = std::move(wanted)](const receipt& answer) {
      buffer_->gate().reach(core_.state().version()); // what it names is shown before it is heard
      wanted.decide(answer);
    };
  }

  // What threads have asked for beside, as far as it is its turn; what callbacks ask for now waits
  // for the next time.
  fifo<undo_mark> take_marks() {
    fifo<undo_mark> taken;
    if (core_.steps().is_on())
      while (auto next = buffer_->take_mark(behind_all))
        taken.push(*std::move(next));
    return taken;
  }

  // Those that come before submission `until`. One for which there is no memory is `unknown`.
  void carry_out(fifo<undo_mark>& marks, submission_number until) noexcept {
    while (!marks.empty() && marks.front().before <= until) {
      auto next = marks.pop();
      calls_([&] {
        core_.want(next.what,
                   next.wanted ? handler_for(std::move(next.wanted)) : receipt_handler{});
      });
    }
  }

  static constexpr auto behind_all = std::numeric_limits<submission_number>::max();

  // So many that were shown early will never be in the outbox.
  static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  void drop_early([[maybe_unused]] std::size_t count) noexcept {
    if constexpr (std::is_same_v<Mode, optimistic>) {
      try {
        copy_->absorb();
      } catch (...) { // there is no memory to show them, so they are not shown
      }
      copy_->change([&](auto& it) {
        count == all ? it.drop_early(core_.state().next()) : it.erase(core_.state().next(), count);
      });
    }
  }

  core& core_;
  std::shared_ptr<session_buffer<Data, Mode>> buffer_;
  copy_ptr<Data, Mode> copy_;
  typename session_buffer<Data, Mode>::content drained_;
  callback_guard calls_;
  bool more_ = false;
  bool line_open_ = false;
  bool flooded_ = false;
};

} // namespace libsync::detail
