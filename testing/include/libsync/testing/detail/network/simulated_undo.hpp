#pragma once

/// The undo of a simulated client.

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "libsync/ids.hpp"
#include "libsync/optimistic.hpp"
#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/reducer.hpp"
#include "libsync/replica.hpp"
#include "libsync/submission.hpp"
#include "libsync/undo.hpp"

#include "libsync/testing/detail/expected_data.hpp"
#include "libsync/testing/detail/expected_undo.hpp"

namespace libsync::testing::detail {

/// Data without an inverse have none.
template <class Data>
class simulated_undo {
  using client = replica<Data, optimistic>;

public:
  static void start(client&) noexcept {}
  [[nodiscard]] static bool is_on() noexcept { return false; }
  static void expect(submission_number) noexcept {}
  static void expect_no_more(submission_number) noexcept {}
  static std::string tell(submission_number, const receipt&, const expected_data<Data>&, bool,
                          version) {
    return {};
  }
  static void forget_versions() noexcept {}
};

/// An undo_stack with what is expected of it. Destroy it after its client.
template <invertible Data>
class simulated_undo<Data> {
  using client = replica<Data, optimistic>;
  using model = expected_undo<Data>;
  using wish_kind = typename model::wish_kind;

public:
  void start(client& of) { stack_.emplace(of); }
  [[nodiscard]] bool is_on() const noexcept { return stack_.has_value(); }

  void begin_step() {
    stack_->begin_step();
    open_ = expected_.begin(wish_kind::step);
  }
  void end_step() {
    stack_->end_step();
    expected_.end(*open_);
    open_.reset();
  }
  [[nodiscard]] bool is_within_step() const noexcept { return open_.has_value(); }

  template <class Out>
  auto submit(client& by, submission<Data> one, Out& out) {
    return stack_->submit(by, std::move(one), out);
  }

  /// A submission, which is a step or a part of one, gets this number; or it was not taken.
  void expect(submission_number number) {
    if (!is_on())
      return;
    const auto which = open_ ? *open_ : expected_.begin(wish_kind::step);
    if (!open_)
      expected_.end(which);
    expected_.expect(which);
    wishes_.emplace(number, which);
  }
  void expect_no_more(submission_number number) {
    if (is_on())
      expected_.expect_no_more(wishes_.extract(number).mapped());
  }

  /// A submission has its receipt.
  std::string tell(submission_number number, const receipt& what, const expected_data<Data>& data,
                   bool is_known, version since) {
    if (!is_on())
      return {};
    return expected_.tell(wishes_.extract(number).mapped(), what, data, is_known, since);
  }
  /// The first that waits will not be undone, for this reason.
  std::string tell_first(const receipt& what, const expected_data<Data>& data, version since) {
    const auto which = waiting_.front();
    waiting_.pop_front();
    return expected_.tell(which, what, data, true, since);
  }

  void forget_versions() { expected_.forget_versions(); }

  /// Asks, and returns why that is in vain: `tell_first` is next then.
  reason ask(bool redo) {
    const auto which = expected_.begin(redo ? wish_kind::redo : wish_kind::undo);
    expected_.expect(which);
    expected_.end(which);
    auto why = stack_->ask_for(redo);
    why.empty() ? waiting_.push_back(which) : waiting_.push_front(which);
    return why;
  }

  [[nodiscard]] bool can_go_on(const client& by) const noexcept { return stack_->can_go_on(by); }
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_.size(); }

  /// Submits what was asked for first by `push`, and returns why it cannot, if so: `tell_first` is
  /// next then.
  template <class Push>
  std::optional<receipt> carry_out(Push push) {
    const auto done = stack_->carry_out(push);
    if (!done)
      return done.failure();
    wishes_.emplace(*done, waiting_.front());
    waiting_.pop_front();
    return std::nullopt;
  }

private:
  std::optional<undo_stack<Data>> stack_;
  model expected_;
  std::optional<typename model::wish_number> open_;
  std::map<submission_number, typename model::wish_number> wishes_;
  std::deque<typename model::wish_number> waiting_;
};

} // namespace libsync::testing::detail
