#pragma once

/// References to actors, and the messages to them, without CAF's headers.

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "libsync/actors/envelope.hpp"

#include "libsync/ids.hpp"
#include "libsync/reason.hpp"
#include "libsync/result.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): CAF's
namespace caf {
class actor_control_block;
class actor_system;
class local_actor;
} // namespace caf

namespace libsync::detail {

void hold(caf::actor_control_block* actor) noexcept;
void release(caf::actor_control_block* actor) noexcept;
void hold_weakly(caf::actor_control_block* actor) noexcept;
void release_weakly(caf::actor_control_block* actor) noexcept;

/// A reference that keeps an actor alive; may be null.
class actor_ref {
public:
  actor_ref() noexcept = default;

  /// Refers to an actor that is alive.
  explicit actor_ref(caf::actor_control_block* actor) noexcept : actor_(actor) {
    if (actor_ != nullptr)
      hold(actor_);
  }

  actor_ref(const actor_ref& other) noexcept : actor_ref(other.actor_) {}
  actor_ref(actor_ref&& other) noexcept : actor_(std::exchange(other.actor_, nullptr)) {}
  actor_ref& operator=(actor_ref other) noexcept {
    std::swap(actor_, other.actor_);
    return *this;
  }
  ~actor_ref() {
    if (actor_ != nullptr)
      release(actor_);
  }

  explicit operator bool() const noexcept { return actor_ != nullptr; }
  [[nodiscard]] caf::actor_control_block* get() const noexcept { return actor_; }

  friend bool operator==(const actor_ref&, const actor_ref&) = default;

private:
  caf::actor_control_block* actor_ = nullptr;
};

/// Names an actor, and outlives it; may name none. Two that are equal name the same actor.
class actor_address {
public:
  actor_address() noexcept = default;

  explicit actor_address(caf::actor_control_block* actor) noexcept : actor_(actor) {
    if (actor_ != nullptr)
      hold_weakly(actor_);
  }
  explicit actor_address(const actor_ref& whom) noexcept : actor_address(whom.get()) {}

  actor_address(const actor_address& other) noexcept : actor_address(other.actor_) {}
  actor_address(actor_address&& other) noexcept : actor_(std::exchange(other.actor_, nullptr)) {}
  actor_address& operator=(actor_address other) noexcept {
    std::swap(actor_, other.actor_);
    return *this;
  }
  ~actor_address() {
    if (actor_ != nullptr)
      release_weakly(actor_);
  }

  explicit operator bool() const noexcept { return actor_ != nullptr; }
  [[nodiscard]] caf::actor_control_block* get() const noexcept { return actor_; }

  friend auto operator<=>(const actor_address&, const actor_address&) = default;

private:
  caf::actor_control_block* actor_ = nullptr;
};

/// The messages that are sent without CAF; `messages.hpp` says what they mean.
enum class message : std::uint8_t {
  accept,
  audit,
  change,
  close,
  done,
  drain,
  frame,
  join,
  later,
  leave,
  locate,
  log,
  meet,
  observe,
  part,
  read,
  status,
  submit
};

/// A message that is ready to be sent: what may fail for want of memory has been done.
class letter {
public:
  letter() noexcept = default;
  explicit letter(void* written) noexcept : written_(written) {}
  letter(letter&& other) noexcept : written_(std::exchange(other.written_, nullptr)) {}
  letter& operator=(letter&& other) noexcept {
    std::swap(written_, other.written_);
    return *this;
  }
  ~letter() {
    if (written_ != nullptr)
      destroy();
  }

  explicit operator bool() const noexcept { return written_ != nullptr; }
  [[nodiscard]] void* take() noexcept { return std::exchange(written_, nullptr); }

private:
  void destroy() noexcept;

  void* written_ = nullptr; // CAF's mailbox element
};

/// Writes a letter of nobody's without content.
[[nodiscard]] letter write_letter(message what);
/// Writes one in the name of `from`.
[[nodiscard]] letter write_letter(const actor_ref& from, message what, envelope content);

/// Puts a letter into an actor's mailbox, from outside of any actor. It never fails.
void deliver(const actor_ref& to, letter what) noexcept;

/// Sends from outside of any actor; to nobody if `to` is null.
void send(const actor_ref& to, message what);
void send(const actor_ref& to, message what, envelope content);
void send(const actor_ref& to, message what, const actor_ref& content);

/// The reason for which an actor that has ended gives no answer.
[[nodiscard]] reason has_ended() noexcept;

/// Asks an actor, and waits for the answer. Returns why there is none: also where this thread must
/// not wait (`waiting.hpp`).
[[nodiscard]] result<envelope> ask(const actor_ref& whom, message what);
[[nodiscard]] result<envelope> ask(const actor_ref& whom, message what, const envelope& content);
/// Waits until a time.
[[nodiscard]] result<envelope> ask(const actor_ref& whom, message what, const envelope& content,
                                   std::chrono::steady_clock::time_point deadline);
/// Asks for another actor than one that has ended.
[[nodiscard]] result<envelope> ask(const actor_ref& whom, message what, const actor_ref& but_not);

/// Opens an answer.
template <class T>
[[nodiscard]] result<T> answer(const result<envelope>& came) {
  if (!came)
    return result<T>::failed(came.reason());
  return came->as<T>();
}

/// Tells an actor to end.
void stop(const actor_ref& whom) noexcept;

/// The system that an actor lives in; it must not be null.
[[nodiscard]] caf::actor_system& system_of(const actor_ref& whom) noexcept;

/// What the handles of users have in common.
class actor_handle {
public:
  actor_handle() noexcept = default;
  actor_handle(std::nullptr_t) noexcept {}
  explicit actor_handle(actor_ref to) noexcept : ref_(std::move(to)) {}

  /// Whether it refers to an actor.
  explicit operator bool() const noexcept { return static_cast<bool>(ref_); }

  /// For the library's own use.
  [[nodiscard]] const actor_ref& ref() const noexcept { return ref_; }

private:
  actor_ref ref_;
};

} // namespace libsync::detail
