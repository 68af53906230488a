#pragma once

/// Stateboxes in a store: each key holds one, or siblings until somebody merges them.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsync/clock.hpp"
#include "libsync/json/detail/lineage.hpp"
#include "libsync/json/detail/sealed_rows.hpp"
#include "libsync/json/sibling_rows.hpp"
#include "libsync/json/statebox.hpp"
#include "libsync/outcome.hpp"
#include "libsync/result.hpp"
#include "libsync/statebox/stamp.hpp"
#include "libsync/statebox/statebox.hpp"
#include "libsync/storage_error.hpp"

namespace libsync {

struct sibling_options {
  /// Events that are older than the last change by more milliseconds than this are dropped when a
  /// box is written. A sibling that was apart for longer may have missed them, and a merge with it
  /// is then marked `may_have_lost`.
  timestamp keep_for = timestamp{24} * 60 * 60 * 1'000;
  /// And all but this many, the newest.
  std::size_t keep_events = 1'000;
  /// How often a change is tried while others change the same key; at least once.
  std::size_t attempts = 16;
  /// Whether the last attempt writes its box beside what others have written meanwhile. Otherwise
  /// it is an error, of the kind storage_failure::contended.
  bool keep_beside = false;
};

/// Reads, changes and writes the stateboxes of a store (sibling_rows.hpp). One call does it all:
///
///     auto store = libsync::open_siblings<cart>(libsync::sqlite_siblings{"carts.db"});
///     if (auto box = store.update("ann", cart::add{"bread"}); !box)
///       std::cerr << box.reason() << '\n';
///
/// It reads the siblings of the key, merges them, applies the operation, drops old events, and
/// writes the box in place of the siblings that it has read. If others changed the key meanwhile,
/// it begins anew. A key that was never written holds an empty box.
///
/// *Siblings.* Boxes stand side by side if they were written so (`put_beside`, `keep_beside`), or
/// if stores that were apart are brought together. They stay until somebody changes the key, or
/// calls `merge`. If an event cannot be replayed, a call says which one and changes nothing. Then
/// `resolve` chooses.
///
/// *Answers and errors.* A result without a value says what was refused, by the reducer or in a
/// merge, and nothing was written. If the store cannot be read or written, or holds what was not
/// written by it, a call throws a storage_error, which names key and sibling. If that is not
/// `wrote_nothing()`, the change may be there or not; update the key again, or read it, to see.
/// What is damaged is never overwritten, but `erase` erases it.
///
/// Each connection changes boxes under an origin of its own, which is new. One thread at a time may
/// use it; threads may each have one.
template <class Data, sibling_rows Rows, std::size_t Origins = 128>
class sibling_store {
public:
  using box = statebox<Data, stamp, Origins>;
  using what = typename box::what;

  explicit sibling_store(Rows rows, sibling_options options = {})
      : rows_{std::move(rows)}, options_{options} {}

  /// Returns all keys that hold something, in ascending order.
  [[nodiscard]] std::vector<std::string> keys() { return rows_.keys(); }

  /// Returns what the siblings of a key make together. Writes nothing.
  [[nodiscard]] result<box> read(const std::string& key) { return merged(key, load(key)); }

  /// Returns the siblings of a key as they stand, in the order of their ids.
  [[nodiscard]] std::vector<box> siblings(const std::string& key) { return load(key).boxes; }

  /// Applies an operation, or a list, as one event. Returns the box that was written.
  result<box> update(const std::string& key, const what& operation) {
    return update(key, [&](const Data&) { return std::optional<what>{operation}; });
  }

  /// The same with what `choose(data)` returns, a std::optional<what>, for what the siblings make
  /// together. It is called once for each attempt. If it chooses nothing, siblings are merged.
  template <class Choose>
  requires std::invocable<Choose&, const Data&> result<box> update(const std::string& key,
                                                                   Choose choose) {
    return write(key, [&](const loaded& found) { return changed(key, found, choose); });
  }

  /// Merges the siblings of a key and drops old events. Writes only if that changes something.
  /// Returns the box.
  result<box> merge(const std::string& key) {
    return update(key, [](const Data&) { return std::optional<what>{}; });
  }

  /// Writes the box that `choose(siblings)` returns in place of all siblings of a key, which are a
  /// const std::vector<box>&: for siblings that cannot be merged. What it leaves out is lost.
  template <class Choose>
  result<box> resolve(const std::string& key, Choose choose) {
    return write(key, [&](const loaded& found) {
      return result<made>{{choose(found.boxes), std::nullopt, true}};
    });
  }

  /// Writes a box beside the siblings of a key: one of a backup, or of another store. Refused if it
  /// has no JSON text.
  outcome put_beside(const std::string& key, const box& added) {
    const auto text = write_json(added);
    if (!text)
      return refused(place_of(key) + ": " + text.reason());
    rows_.put_beside(key, {}, detail::seal(key, new_id(), *text));
    return accepted();
  }

  /// Erases a key with all its siblings, damaged ones too. Whoever changes it later begins with an
  /// empty box.
  void erase(const std::string& key) {
    for (auto left = attempts(); left > 0; --left)
      if (rows_.replace(key, detail::ids_of(rows_.read(key)), nullptr))
        return;
    throw contended(key);
  }

  /// The rows as they are, to look at and to repair by hand.
  [[nodiscard]] Rows& rows() noexcept { return rows_; }

private:
  struct loaded {
    sibling_ids ids;
    std::vector<box> boxes;
  };

  // A box to be written: when it was changed here, if it was, and whether by all means.
  struct made {
    box next;
    std::optional<timestamp> changed;
    bool by_all_means = false;
  };

  [[nodiscard]] std::size_t attempts() const { return std::max<std::size_t>(options_.attempts, 1); }

  [[nodiscard]] std::string new_id() { return detail::sibling_id(connection_, ++written_); }

  [[nodiscard]] std::string place_of(const std::string& key) {
    return detail::place_of(rows_.place(), key);
  }

  [[nodiscard]] storage_error contended(const std::string& key) {
    return {storage_failure::contended, place_of(key) + ": others have changed it during each of " +
                                            std::to_string(attempts()) + " attempts"};
  }

  [[nodiscard]] loaded load(const std::string& key) {
    loaded all;
    for (const auto& row : rows_.read(key)) {
      const auto place = place_of(key) + ", sibling " + row.id;
      detail::check_seal(place, key, row);
      auto read = read_json<box>(row.text);
      if (!read)
        throw storage_error{storage_failure::foreign, place + ": " + read.reason()};
      all.ids.push_back(row.id);
      all.boxes.push_back(*std::move(read));
    }
    return all;
  }

  [[nodiscard]] result<box> merged(const std::string& key, const loaded& found) {
    if (found.boxes.empty())
      return box{};
    auto all = box::merge(found.boxes);
    if (!all)
      return result<box>::failed(place_of(key) + ": its siblings " + detail::list_of(found.ids) +
                                 " cannot be merged, and stay: " + all.reason());
    return all;
  }

  template <class Choose>
  result<made> changed(const std::string& key, const loaded& found, Choose& choose) {
    auto all = merged(key, found);
    if (!all)
      return result<made>::failed(all.reason());
    std::optional<what> chosen = choose(all->value());
    if (!chosen)
      return made{*std::move(all), std::nullopt};
    const auto when = all->next(process_clock().now(), lineage_.next(key, *all));
    if (auto done = (*all).record(when, *std::move(chosen)); !done)
      return result<made>::failed(done.reason());
    return made{*std::move(all), when.time};
  }

  void drop_old_events(box& from) const {
    from.let_expire(options_.keep_for);
    const auto size = from.queue().size();
    static_cast<void>(
        from.keep_newest(static_cast<std::ptrdiff_t>(std::min(size, options_.keep_events))));
  }

  // Whether a box must be written. Each change and each dropped event shows in what it knows.
  static bool differs(const loaded& from, const box& now) {
    if (from.boxes.size() == 1)
      return now.known() != from.boxes.front().known();
    return !from.boxes.empty() || now.known() != box{}.known();
  }

  // Replaces what is found by what `make(found)` returns.
  template <class Make>
  result<box> write(const std::string& key, Make make) {
    for (auto left = attempts(); left > 0; --left) {
      const auto found = load(key);
      auto made = make(found);
      if (!made)
        return result<box>::failed(made.reason());
      auto& [next, changed, by_all_means] = *made;
      drop_old_events(next);
      if (!by_all_means && !differs(found, next))
        return std::move(next);
      const auto text = write_json(next);
      if (!text)
        return result<box>::failed(place_of(key) + ": " + text.reason());
      const bool beside = left == 1 && options_.keep_beside;
      if (write(key, found.ids, *text, changed, beside))
        return std::move(next);
    }
    throw contended(key);
  }

  bool write(const std::string& key, const sibling_ids& read, const std::string& text,
             std::optional<timestamp> changed, bool beside) {
    const auto row = detail::seal(key, new_id(), text);
    std::optional<detail::lineage::writing> noted;
    if (changed)
      noted.emplace(lineage_, key, *changed);
    try {
      if (beside)
        rows_.put_beside(key, read, row);
      if (beside || rows_.replace(key, read, &row))
        return true;
    } catch (const storage_error& error) {
      if (noted && error.wrote_nothing())
        noted->wrote_nothing();
      throw;
    }
    if (noted)
      noted->wrote_nothing();
    return false;
  }

  Rows rows_;
  sibling_options options_;
  detail::lineage lineage_;
  origin connection_ = random_origin(); // of the ids
  std::uint64_t written_ = 0;
};

/// Opens a store for boxes of `Data`.
template <class Data, sibling_rows Rows>
[[nodiscard]] sibling_store<Data, Rows> open_siblings(Rows rows, sibling_options options = {}) {
  return sibling_store<Data, Rows>{std::move(rows), options};
}

} // namespace libsync
