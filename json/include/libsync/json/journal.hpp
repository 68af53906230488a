#pragma once

/// Journals that are kept in rows of text.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsync/effects.hpp"
#include "libsync/ids.hpp"
#include "libsync/json/codec.hpp"
#include "libsync/json/detail/journal_header.hpp"
#include "libsync/json/detail/journal_past.hpp"
#include "libsync/json/detail/journal_reader.hpp"
#include "libsync/json/detail/journal_sums.hpp"
#include "libsync/json/detail/journal_values.hpp"
#include "libsync/json/detail/journal_writer.hpp"
#include "libsync/json/journal_settings.hpp"
#include "libsync/json/rows.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/size_of.hpp"
#include "libsync/storage_error.hpp"
#include "libsync/stored_state.hpp"

namespace libsync {

/// A journal in a store of rows: the accepted submissions, one row for each run of one client's in
/// a batch; the data now and then; and what a server must remember besides. All rows of a record
/// are one commit. Each row has a checksum, and the header says how many there are, so that what
/// was damaged is found, and never taken for something else.
///
/// Data, operations, effects and identities are stored as `stored_form` says.
template <class Data>
class rows_journal final : public any_journal<Data> {
public:
  using operation = typename Data::operation;
  using effect = typename effects<Data>::effect;
  static constexpr bool has_effects = !std::is_same_v<effect, no_effect>;

  rows_journal(std::unique_ptr<row_store> in, journal_settings how, durability level)
      : in_(std::move(in)), how_(std::move(how)), level_(level) {}

  [[nodiscard]] std::optional<stored_state<Data>> load(amount newest) override {
    auto header = detail::find_header(*in_);
    if (!header) {
      wants_data_ = false;
      return std::nullopt;
    }
    const detail::journal_past<Data> past{*in_, how_, *header};
    auto [data, runs] = past.newest(newest);
    stored_state<Data> state{std::move(data)};
    state.epoch = header->epoch;
    state.version = header->version;
    state.newest = std::move(runs);
    is_stale_ = true; // until all is read
    sums_ = {};
    effects_ = {};
    lives_ = {};
    read_clients(*header, state);
    read_timers(*header, state);
    read_effects(*header, state);
    state.own = header->own;
    state.latest = header->latest;
    wants_data_ = header->schemas.back().second != how_.schema;
    header_ = *std::move(header);
    is_stale_ = false;
    if (!is_begun_)
      begin_life(*header_, state);
    state.last_client = (header_->lives - 1) << 32U;
    state.may_lack_versions = may_lack_;
    return state;
  }

  [[nodiscard]] std::string dropped() const override { return in_->dropped().what; }

  void write(const journal_record<Data>& what) override {
    refresh();
    auto next = header_.value_or(first_header());
    row_changes changes;
    if (what.data)
      put_data(what, next, changes);
    std::uint64_t bytes = what.data ? 0 : log_bytes_;
    for (const auto& sent : what.batches)
      bytes += detail::put_batch(changes, *sent);
    const auto lives = put_clients(what, next.lives, changes);
    for (const auto& [number, one] : what.timers)
      if (one)
        detail::put_row(changes, row_table::timers, number, detail::write_timer(*one));
      else
        changes.erase.emplace_back(row_table::timers, number);
    is_stale_ = true; // until it is written
    if constexpr (has_effects)
      put_effects(what, changes);
    sums_.follow(changes, next);
    next.epoch = what.epoch;
    next.version = what.version;
    next.own = what.own;
    next.latest = what.latest;
    next.clean = false;
    next.relaxed = level_ == durability::relaxed;
    commit(std::move(next), changes);
    for (const auto& [id, life] : lives)
      lives_.insert_or_assign(id, life);
    log_bytes_ = bytes;
    wants_data_ = next.version - next.data >= how_.data_every && log_bytes_ >= data_bytes_;
  }

  [[nodiscard]] bool wants_data() const noexcept override { return wants_data_; }

  void close() override {
    if (!header_)
      return; // nothing was ever written
    auto last = *header_;
    last.clean = true;
    row_changes nothing;
    commit(last, nothing);
  }

private:
  using undone_effects = std::map<version, std::map<effect_key, nlohmann::json>>;

  [[nodiscard]] detail::journal_header first_header() const {
    detail::journal_header first;
    first.lives = 1;
    for (const auto table : detail::summed_tables)
      first.sums[table] = {};
    return first;
  }

  // What throws, throws before anything is written.
  void commit(detail::journal_header next, row_changes& changes) {
    detail::put_row(changes, row_table::header, 0, detail::write_header(next));
    in_->commit(changes);
    header_ = std::move(next);
    is_stale_ = false;
    is_begun_ = true;
  }

  // Ids of clients of this life are not given in another one.
  void begin_life(detail::journal_header header, stored_state<Data>& state) {
    may_lack_ = (header.relaxed && !header.clean) || in_->dropped().was_whole;
    header.relaxed = may_lack_ || level_ == durability::relaxed; // until a record says so
    row_changes changes;
    is_stale_ = true; // until it is written
    forget_clients(header.lives, state, changes);
    sums_.follow(changes, header);
    ++header.lives;
    header.clean = false;
    commit(header, changes);
  }

  // Those of earlier lives than the last one, as far as they are too many.
  void forget_clients(std::uint64_t last_life, stored_state<Data>& state, row_changes& changes) {
    std::set<std::pair<std::uint64_t, client_id>> old;
    for (const auto& [id, life] : lives_)
      if (life != last_life)
        old.emplace(life, id);
    for (; old.size() > how_.clients; old.erase(old.begin())) {
      const auto id = old.begin()->second;
      state.clients.erase(id);
      lives_.erase(id);
      changes.erase.emplace_back(row_table::clients, static_cast<std::uint64_t>(id));
    }
  }

  // With the life in which each has come last. Returns these, to be noted once they are written.
  [[nodiscard]] std::map<client_id, std::uint64_t>
  put_clients(const journal_record<Data>& what, std::uint64_t life, row_changes& changes) const {
    std::map<client_id, std::uint64_t> lives;
    for (const auto& [id, one] : what.clients) {
      const auto known = what.told_again.contains(id) ? lives_.find(id) : lives_.end();
      const auto last = known == lives_.end() ? life : known->second;
      detail::put_row(changes, row_table::clients, static_cast<std::uint64_t>(id),
                      detail::write_client(one, last));
      lives.emplace(id, last);
    }
    return lives;
  }

  // Reads again what is known of the rows, after something has failed.
  void refresh() {
    if (!is_stale_)
      return;
    header_ = detail::find_header(*in_);
    sums_ = {};
    effects_ = {};
    lives_ = {};
    if (header_)
      for (const auto table : detail::summed_tables)
        read_all(*header_, table, [&](const stored_row& row, const nlohmann::json& from) {
          if (table == row_table::effects)
            note_effects(row.key, from);
          if (table == row_table::clients)
            note_life(client_id{row.key}, from);
        });
    is_stale_ = false;
  }

  // Beside these data, and the clients, timers and effects of the record, nothing before is needed.
  void put_data(const journal_record<Data>& what, detail::journal_header& next,
                row_changes& changes) {
    changes.clear = {detail::summed_tables.begin(), detail::summed_tables.end()};
    if (next.schemas.empty() || next.schemas.back().second != how_.schema)
      next.schemas.emplace_back(what.version, how_.schema);
    if (what.begins_epoch)
      next.epoch_begin = what.version;
    data_bytes_ = detail::put_row(changes, row_table::data, what.version,
                                  {{"epoch", static_cast<std::uint64_t>(what.epoch)},
                                   {"begins_epoch", what.begins_epoch},
                                   {"schema", how_.schema},
                                   {"data", stored_form<Data>::write(*what.data)}});
    next.data = what.version;
    if (!header_)
      next.log_after = what.version;
    else
      forget_before(what.version, next, changes);
  }

  // The log goes up to the newest data that are old enough.
  void forget_before(version last, detail::journal_header& next, row_changes& changes) {
    const auto oldest = last > how_.keep ? last - how_.keep : 0;
    version base = how_.keep == 0 ? last : next.log_after;
    in_->read_down(row_table::data, oldest, [&](const stored_row& row) {
      base = std::max(base, row.key);
      return false;
    });
    if (base == next.log_after)
      return;
    next.log_after = base;
    changes.erase_below.emplace_back(row_table::data, base);
    changes.erase_below.emplace_back(row_table::log, base + 1);
    while (next.schemas.size() > 1 && next.schemas[1].first <= base)
      next.schemas.erase(next.schemas.begin());
  }

  void put_effects(const journal_record<Data>& what, row_changes& changes) {
    if (what.data)
      effects_ = {};
    std::set<version> changed;
    for (const auto& [key, one] : what.effects) {
      if (one)
        effects_[key.version].insert_or_assign(key, stored_form<effect>::write(*one));
      else if (const auto found = effects_.find(key.version); found != effects_.end())
        found->second.erase(key);
      changed.insert(key.version);
    }
    for (const auto made : changed) {
      const auto found = effects_.find(made);
      if (found == effects_.end() || found->second.empty()) {
        effects_.erase(made);
        changes.erase.emplace_back(row_table::effects, made);
        continue;
      }
      auto all = nlohmann::json::array();
      for (const auto& [key, one] : found->second)
        all.push_back({static_cast<std::uint64_t>(key.epoch), key.index, one});
      detail::put_row(changes, row_table::effects, made, all);
    }
  }

  void note_effects(version made, const nlohmann::json& from) {
    for (std::size_t i = 0; i != from.size(); ++i)
      detail::within(i, [&] {
        const auto& one = detail::array_of(3, from[i]);
        effects_[made].insert_or_assign(
            effect_key{epoch_id{detail::read_element<std::uint64_t>(one, 0)}, made,
                       detail::read_element<std::uint64_t>(one, 1)},
            one[2]);
      });
  }

  // Calls `read(row, JSON)` for each row.
  template <class Read>
  void read_all(const detail::journal_header& header, row_table table, Read read) {
    const auto found = detail::read_table(*in_, table, [&](const stored_row& row) {
      detail::read_row(*in_, row, [&](const nlohmann::json& from) { read(row, from); });
      sums_.note(row);
    });
    detail::check_sum(*in_, table, found, header);
  }

  [[nodiscard]] detail::value_reader newest_reader(const detail::journal_header& header) const {
    return {how_, header.schemas.back().second};
  }

  void read_clients(const detail::journal_header& header, stored_state<Data>& into) {
    const auto reader = newest_reader(header);
    read_all(header, row_table::clients, [&](const stored_row& row, const nlohmann::json& from) {
      const client_id id{row.key};
      into.clients.emplace(id, detail::read_client<Data>(from, id, header.epoch, reader));
      note_life(id, from);
    });
  }

  // Whose last life is not told has come long ago.
  void note_life(client_id id, const nlohmann::json& from) {
    lives_.insert_or_assign(id, from.contains("life")
                                    ? detail::read_member<std::uint64_t>(from, "life")
                                    : std::uint64_t{0});
  }

  void read_timers(const detail::journal_header& header, stored_state<Data>& into) {
    const auto reader = newest_reader(header);
    read_all(header, row_table::timers, [&](const stored_row& row, const nlohmann::json& from) {
      into.timers.emplace(row.key, detail::read_timer<Data>(from, reader));
    });
  }

  void read_effects(const detail::journal_header& header, stored_state<Data>& into) {
    const auto reader = newest_reader(header);
    read_all(header, row_table::effects, [&](const stored_row& row, const nlohmann::json& from) {
      if constexpr (has_effects) {
        note_effects(row.key, from);
        for (const auto& [key, one] : effects_[row.key])
          into.effects.emplace(key, reader.template read<effect>(stored_kind::effect, one));
      } else {
        throw json_error{"these data have no effects"};
      }
    });
  }

  std::unique_ptr<row_store> in_;
  const journal_settings how_;
  const durability level_;
  std::optional<detail::journal_header> header_; // as it is stored, if it is
  detail::row_sums sums_;
  std::map<client_id, std::uint64_t> lives_; // in which they came last
  undone_effects effects_;
  std::uint64_t log_bytes_ = 0; // since the data
  std::uint64_t data_bytes_ = 0;
  bool is_begun_ = false;
  bool is_stale_ = false; // the rows may be others than is known here
  bool may_lack_ = false;
  bool wants_data_ = false;
};

} // namespace libsync
