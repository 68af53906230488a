#pragma once

/// A value that is shared until somebody writes.

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "libsync/detail/shared.hpp"

namespace libsync::detail {

/// Holds a `Data` of its own, or one that it adopted from a snapshot. `share` hands out immutable
/// snapshots without copying; `write` copies only while a snapshot of the present value is held
/// somewhere, so readers on other threads never see a change.
///
/// One thread at a time may use the object itself; the snapshots may go to any thread. The viewers
/// are counted here, because `shared_ptr::use_count() == 1` followed by a write would be a data
/// race: it orders nothing.
template <class Data>
class copy_on_write {
public:
  explicit copy_on_write(Data own) : own_(shared<node>(std::move(own))) {}

  /// Adopts `snapshot`, which must not be null, without copying it.
  explicit copy_on_write(std::shared_ptr<const Data> snapshot) : adopted_(std::move(snapshot)) {}

  copy_on_write(const copy_on_write& other) : copy_on_write(other.read()) {}
  copy_on_write(copy_on_write&&) noexcept = default;
  copy_on_write& operator=(copy_on_write&&) noexcept = default;
  copy_on_write& operator=(const copy_on_write& other) {
    if (this != &other)
      *this = copy_on_write(other);
    return *this;
  }
  ~copy_on_write() = default;

  [[nodiscard]] const Data& read() const noexcept { return adopted_ ? *adopted_ : own_->data; }

  /// Returns the value for writing; copies it first if a snapshot of it is held. Where the copy
  /// throws, the value and its snapshots are as they were.
  [[nodiscard, gnu::noinline]] Data& write() {
    if (adopted_ || own_->is_viewed()) [[unlikely]]
      renew();
    return own_->data;
  }

  /// Keeps at most `count` values, and never more than two, that a copy has replaced: the next copy
  /// is assigned to one that nobody looks at any more, which may reuse its memory. 0, as at first,
  /// keeps none.
  void recycle(std::size_t count) noexcept {
    if (std::exchange(most_recycled_, count) <= count)
      return;
    for (auto next = count; next < spares_.size(); ++next)
      spares_[next].reset();
  }

  /// Replaces the value without copying the present one. Where it cannot be moved, the value and
  /// its snapshots are as they were.
  void replace(Data next) { put(shared<node>(std::move(next))); }

  /// Returns an immutable snapshot of the present value; the same one until the next write.
  [[nodiscard]] std::shared_ptr<const Data> share() {
    if (adopted_)
      return adopted_;
    if (auto present = view_.lock())
      return present;
    own_->viewers.fetch_add(1, std::memory_order_relaxed);
    std::shared_ptr<const Data> fresh{&own_->data, viewer{own_}};
    view_ = fresh;
    return fresh;
  }

private:
  struct node {
    explicit node(Data value) : data(std::move(value)) {}
    Data data;
    std::atomic<int> viewers{0};

    [[nodiscard]] bool is_viewed() const noexcept {
      return viewers.load(std::memory_order_acquire) != 0;
    }
  };

  // Apart, since what may copy saves registers first, and each version is written by `write`.
  [[gnu::noinline]] void renew() { put(adopted_ ? shared<node>(*adopted_) : copy()); }

  void put(std::shared_ptr<node> next) noexcept {
    if (own_ && !adopted_ && own_->is_viewed())
      keep(std::move(own_));
    own_ = std::move(next);
    adopted_.reset();
    view_.reset();
  }

  // Lets it go if there is no room.
  void keep(std::shared_ptr<node> former) noexcept {
    for (std::size_t i = 0; i < spares_.size() && i < most_recycled_; ++i)
      if (!spares_[i])
        return spares_[i].swap(former);
  }

  std::shared_ptr<node> copy() {
    for (auto& spare : spares_)
      if (spare && !spare->is_viewed()) {
        auto reused = std::exchange(spare, nullptr);
        reused->data = own_->data;
        return reused;
      }
    return shared<node>(own_->data);
  }

  // The deleter of a snapshot: it keeps the node and says when it is no longer looked at.
  struct viewer {
    std::shared_ptr<node> of;
    void operator()(const Data*) { of->viewers.fetch_sub(1, std::memory_order_release); }
  };

  std::shared_ptr<const Data> adopted_;
  std::shared_ptr<node> own_;
  std::weak_ptr<const Data> view_;
  std::size_t most_recycled_ = 0;
  std::array<std::shared_ptr<node>, 2> spares_;
};

} // namespace libsync::detail
