#pragma once

/// The typed face of a client: a replica behind `client_base`.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "libsync/actors/client_options.hpp"
#include "libsync/actors/detail/client/client_base.hpp"
#include "libsync/actors/detail/client/client_presence.hpp"
#include "libsync/actors/detail/client/client_reports.hpp"
#include "libsync/actors/detail/client/client_undo.hpp"
#include "libsync/actors/detail/client/message_checks.hpp"
#include "libsync/actors/detail/client/receipt_handlers.hpp"
#include "libsync/actors/detail/client/view_slot.hpp"
#include "libsync/actors/detail/waiting.hpp"
#include "libsync/actors/detail/watch/watch_list.hpp"
#include "libsync/actors/undo_request.hpp"

#include "libsync/auditor.hpp"
#include "libsync/change.hpp"
#include "libsync/detail/observers.hpp"
#include "libsync/detail/thrown.hpp"
#include "libsync/presence.hpp"
#include "libsync/protocol/audit.hpp"
#include "libsync/protocol/membership.hpp"
#include "libsync/protocol/parcel.hpp"
#include "libsync/replica.hpp"
#include "libsync/result.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"

namespace libsync::detail {

/// A replica, and the observers that wait for it. `submit` and `push` throw, and have taken nothing
/// then.
template <class Data, replica_mode Mode = own_copy>
class client_core final : public client_base {
public:
  using operation = typename Data::operation;

  /// Shows the data in `copy`, or in one of its own where that is null.
  client_core(caf::local_actor* self, server_place to, client_options<Data, Mode> options,
              copy_ptr<Data, Mode> copy = nullptr)
      : client_base(self, std::move(to)), options_(std::move(options)),
        replica_(options_.bounds, std::move(copy), attempts_,
                 presented_identity<Data>(options_.identity)) {
    // As what it is derived from: else an empty one would become a function that calls it.
    observers_.add(static_cast<observer_of<Data, Mode>&&>(options_.on_change));
    steps_.start(options_.undo, replica_);
    start_watching();
  }

  ~client_core() override { stop_watching(); }

  void join() override {
    run([this](sink& out) { own().connect(out); });
    tend_presence();
  }

  void leave() override {
    run([this](sink& out) { own().leave(out); });
    tend_presence();
  }

  template <class Submission>
  result<submission_number, receipt> submit(Submission one, receipt_handler&& on_receipt) {
    auto result = push(std::move(one), std::move(on_receipt));
    pump();
    return result;
  }

  template <class Submission>
  result<submission_number, receipt>
  push(Submission one, receipt_handler&& on_receipt) { // NOLINT(performance-*): it is moved
    auto& replica = own();
    receipt_handlers::entering handlers{receipts_};
    if (on_receipt)
      handlers.add(replica.next(), std::move(on_receipt));
    auto result = steps_.note(replica.next(), 1, [&] { return replica.push(std::move(one)); });
    if (result)
      handlers.keep();
    return result;
  }

  /// All of them are taken, or none; then `on_receipts` are as they were.
  result<submission_number, receipt>
  push(parcel<Data> several, std::span<std::pair<submission_number, receipt_handler>> on_receipts) {
    auto& replica = own();
    const auto shift = replica.next() - several.first;
    receipt_handlers::entering handlers{receipts_};
    for (const auto& [number, handler] : on_receipts)
      handlers.add(number + shift, {});
    auto result = steps_.note(replica.next(), several.count,
                              [&] { return replica.push(std::move(several)); });
    if (result) {
      auto kept = handlers.last(on_receipts.size());
      for (auto& [number, handler] : on_receipts)
        (kept++)->second = std::move(handler);
      handlers.keep();
    }
    return result;
  }

  void pump() {
    run([this](sink& out) { replica_.pump(out); });
    if constexpr (std::same_as<Mode, optimistic>)
      show_newest();
  }

  void close(reason why) noexcept override {
    observers_.clear();
    if (watches_)
      watches_->clear();
    try {
      own();
    } catch (...) { // whoever came up with something to adopt answers it
    }
    try {
      sink out{*this};
      replica_.close(std::move(why), out);
    } catch (...) { // the server was not told; it will hear of the actor's end
    }
    end_undo();
    forget_server();
    presence_.end();
  }

  observer_id observe(observer_of<Data, Mode> one) { return observers_.add(std::move(one)); }
  void unobserve(observer_id which) noexcept { observers_.remove(which); }

  /// Tells `one` of changes from now on, and first what the data are now, if there are any.
  void watch(data_watch_ptr<Data> one) {
    if (replica_.closed())
      return;
    if (!watches_)
      watches_ = std::make_unique<watch_list<Data>>();
    watches_->add(one);
    watches_->show(replica_, *one);
  }

  /// What it shows and sees of others; if that is to change, `tend_presence` is called next.
  [[nodiscard]] client_presence<Data>& presence() noexcept { return presence_; }
  void tend_presence() {
    if constexpr (has_presence<Data>) {
      run([this](sink&) {
        presence_.follow(replica_, [this](auto what) { send_presence(enclose(std::move(what))); });
      });
      presence_.tell();
    }
  }

  /// Takes a parcel that was sent already in this client's name: the next submission, while nothing
  /// was undecided. `on_receipt` may be empty.
  void adopt(parcel_ptr<Data> sent, receipt_handler on_receipt) {
    if (on_receipt)
      receipts_.add(sent->first, std::move(on_receipt));
    replica_.adopt(std::move(sent));
  }

  /// Calls `first` before what this client knows of itself is used: what came up meanwhile is to be
  /// adopted now.
  void before_use(std::function<void()> first) { before_use_ = std::move(first); }

  /// Undoes, or what else is asked for. `on_receipt` may be empty; it is told in any case.
  void ask_for(undo_request what, receipt_handler on_receipt);
  /// The same without sending anything.
  void want(undo_request what, receipt_handler on_receipt);
  [[nodiscard]] client_steps<Data, Mode>& steps() noexcept { return steps_; }

  [[nodiscard]] const replica<Data, Mode>& state() const noexcept { return replica_; }
  [[nodiscard]] snapshot<Data> read() { return replica_.read(); }

  std::optional<receipt> submit_enclosed(const envelope& what,
                                         receipt_handler on_receipt) override {
    if (what.holds<undo_request>())
      return ask_for(what.as<undo_request>(), std::move(on_receipt)), std::nullopt;
    if (!what.holds<submission<Data>>())
      return receipt::refused("the submission is one of other data"_reason);
    if (auto taken = submit(submission<Data>{what.as<submission<Data>>()}, std::move(on_receipt));
        !taken)
      return taken.failure();
    return std::nullopt;
  }

  [[nodiscard]] bool observe_enclosed(const envelope& what) override {
    if (what.holds<observer_of<Data, Mode>>())
      return observe(what.as<observer_of<Data, Mode>>()), true;
    if (what.holds<watch_request<Data, Mode>>())
      return watch(what.as<watch_request<Data, Mode>>().what), true;
    return presence_.take(what, replica_.closed()) && (tend_presence(), true);
  }

  [[nodiscard]] envelope read_enclosed() override { return enclose(read()); }

  [[nodiscard]] client_status status() const override {
    return status_of(replica_, observers_.thrown() + calls_.thrown() + presence_.thrown() +
                                   (watches_ ? watches_->thrown() : 0));
  }

  [[nodiscard]] client_state now() const noexcept override { return state_of(replica_); }

  [[nodiscard]] const libsync::reason& why_closed() const noexcept override {
    return replica_.reason();
  }

  [[nodiscard]] bool suits(server_message what, const envelope& content) const noexcept override {
    return detail::suits<Data, Mode>(what, content);
  }

  [[nodiscard]] bool is_meant(server_message what,
                              const envelope& content) const noexcept override {
    if (what == server_message::welcome)
      return content.as<welcome<Data>>().attempt >> bits_of_attempts ==
             attempts_ >> bits_of_attempts;
    return epoch_of<Data, Mode>(what, content) == replica_.epoch();
  }

private:
  // What the replica hands out, as messages and calls.
  struct sink {
    using proven = void; // the library itself instantiates it
    client_core& self;

    void send(const join_request& request) { self.ask_to_join(request); }
    void send(const parcel_ptr<Data>& what) { self.send_parcel(envelope{what}); }
    void send_leave() { self.client_base::send_leave(); }
    void send_acknowledgement(version latest) { self.client_base::send_acknowledgement(latest); }
    void accepted(submission_number first, std::size_t count, libsync::version version) {
      self.show_before(first + count);
      self.receipts_.tell(first, count, receipt::accepted(version), self.calls_);
    }
    void settled(submission_number number, const receipt& what) {
      self.show_before(number + 1);
      self.receipts_.tell(number, 1, what, self.calls_);
    }
    [[nodiscard]] bool observes() const {
      return !self.observers_.empty() || (self.watches_ && self.watches_->wants_each());
    }
    void changed(const typename observed<Data, Mode>::type& what) {
      const no_waiting here{"an observer"};
      self.observers_.tell(what);
      if constexpr (std::same_as<Mode, own_copy>)
        if (self.watches_)
          self.watches_->follow(what);
    }
    void diverged(libsync::version version, const operation&,
                  const reason& why) requires(!std::same_as<Mode, shared_view>) {
      const no_waiting here{"an observer"};
      self.calls_([&] {
        if (self.options_.on_diverged)
          self.options_.on_diverged(version, why);
      });
    }
  };

  void handle(server_message what, const envelope& content) override {
    presence_.notice(replica_);
    run([&](sink& out) { pass_on(what, content, out); });
    if (steps_.is_on())
      run([this](sink& out) { go_on_undoing(out); });
    show_newest();
    tend_presence();
  }

  // To those who watch the newest data: at the end of a message, and before somebody has a receipt.
  void show_before(submission_number end) noexcept {
    if (watches_ && receipts_.wait_before(end))
      show_newest();
  }

  void show_newest() noexcept {
    if (watches_)
      watches_->show(replica_);
  }

  // detail/client_messages.hpp has this.
  void pass_on(server_message what, const envelope& content, sink& out);

  void reconnect() override {
    run([this](sink& out) { own().reconnect(out); });
    tend_presence();
  }

  void attempt(const std::function<void()>& send) override {
    run([&](sink&) { send(); });
  }

  template <class Call>
  void run(Call call) {
    try {
      sink out{*this};
      call(out);
    } catch (...) {
      recover();
    }
  }

  // It may call out, and be destroyed from there; what only submits and sends does not.
  void recover() noexcept {
    const auto alive = this->weak_from_this().lock();
    try {
      sink out{*this};
      replica_.recover(out);
    } catch (...) {
      close(thrown());
    }
  }

  // detail/client_undoing.hpp has these.
  void go_on_undoing(sink& out);
  void carry_out_undo();
  std::pair<receipt_handler, receipt> carry_out_next();
  void end_undo() noexcept;

  replica<Data, Mode>& own() {
    if (before_use_)
      before_use_();
    return replica_;
  }

  client_options<Data, Mode> options_;
  std::function<void()> before_use_;
  observers<typename observed<Data, Mode>::type> observers_;
  std::unique_ptr<watch_list<Data>> watches_; // null until somebody watches
  [[no_unique_address]] client_presence<Data> presence_;
  std::uint64_t attempts_ = new_attempts();
  [[no_unique_address]] client_steps<Data, Mode> steps_; // the replica tells it to its end
  replica<Data, Mode> replica_;
};

} // namespace libsync::detail

#include "libsync/actors/detail/client/client_messages.hpp"
#include "libsync/actors/detail/client/client_undoing.hpp"
