#pragma once

/// What a simulation expects of a client that undoes and redoes.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsync/context.hpp"
#include "libsync/ids.hpp"
#include "libsync/receipt.hpp"
#include "libsync/reducer.hpp"

#include "libsync/testing/detail/expected_data.hpp"
#include "libsync/testing/detail/replayed_data.hpp"
#include "libsync/testing/digest.hpp"

namespace libsync::testing::detail {

/// What undoes a submission.
template <class Data>
struct found_inverses {
  std::vector<typename Data::operation> all; // in the order in which they undo it
  bool are_lost = false;                     // an inverse has thrown
  std::string wrong;
};

/// Makes the inverses of what is submitted at once, as far as the reducer accepts it, and looks
/// whether they lead back.
template <class Data>
found_inverses<Data> inverses_of(const Data& before,
                                 std::span<const typename Data::operation> submitted,
                                 const context<Data>& how) {
  found_inverses<Data> found;
  Data now = before;
  for (const auto& op : submitted) {
    Data next = now;
    try {
      auto back = libsync::detail::call_inverse(next, op, how);
      if (!reducer<Data>::step(next, op, how))
        break;
      found.all.insert(found.all.begin(), std::move(back));
    } catch (...) {
      found.are_lost = true;
      found.all.clear();
      return found;
    }
    now = std::move(next);
  }
  for (const auto& op : found.all)
    if (const auto why = reducer<Data>::step(now, op, how); !why) {
      found.wrong = "its inverse is refused there and then: " + std::string{why.reason()};
      return found;
    }
  if (digest_of(now) != digest_of(before))
    found.wrong = "its inverse does not lead back to the data before";
  return found;
}

/// Whatever a user wants is a *wish*: a step of some submissions, or that the newest step is undone
/// or done again. Once each wish before it has its receipts, a wish has met the steps that these
/// have left, whenever the server has decided them. So the receipts alone tell what must be undone.
template <class Data>
class expected_undo {
public:
  using operation = typename Data::operation;
  using wish_number = std::size_t;
  enum class wish_kind { step, undo, redo };

  /// A wish begins; and it has said all that it consists of.
  wish_number begin(wish_kind what) {
    wishes_.push_back({what});
    return first_ + wishes_.size() - 1;
  }
  void end(wish_number which) { of(which).is_open = false; }

  /// A receipt will be told for it; or, after all, not, because nothing was taken.
  void expect(wish_number which) {
    ++of(which).waiting;
    of(which).was_taken = true;
  }
  void expect_no_more(wish_number which) {
    --of(which).waiting;
    of(which).was_taken = of(which).waiting != 0;
  }

  /// A receipt is told. `since` is the version of the client's latest snapshot. What it has not
  /// seen alone cannot be undone. `is_known` says whether versions mean what `data` has. Returns
  /// what is wrong.
  std::string tell(wish_number which, const receipt& what, const expected_data<Data>& data,
                   bool is_known, version since) {
    wish& one = of(which);
    --one.waiting;
    one.told = what;
    if (what.what == receipt::kind::unknown || (what.is_accepted() && !is_known))
      one.made.is_doubtful = true;
    else if (what.is_accepted())
      if (auto wrong = add(one.made, what.version, data); !wrong.empty())
        return wrong;
    one.made.is_partial = one.made.is_partial || !what.is_accepted();
    while (!wishes_.empty() && !wishes_.front().is_open && wishes_.front().waiting == 0) {
      auto wrong = settle(wishes_.front(), data, since);
      wishes_.pop_front();
      ++first_;
      if (!wrong.empty())
        return wrong;
    }
    return {};
  }

  /// The versions of the server are others now.
  void forget_versions() {
    at_.forget();
    forget_steps();
    for (wish& one : wishes_)
      one.made.is_doubtful = one.made.is_doubtful || !one.made.is_void();
  }

private:
  struct step {
    std::vector<operation> back; // in the order in which they undo it
    version first = 0;
    version last = 0;
    bool is_lost = false;     // there is no inverse
    bool is_doubtful = false; // nobody knows what became of it
    bool is_partial = false;  // something of it was refused

    [[nodiscard]] bool is_void() const noexcept { return last == 0; }
  };
  using row = std::vector<step>;

  struct wish {
    wish_kind what{};
    std::size_t waiting = 0;
    bool is_open = true;
    bool was_taken = false;
    receipt told{}; // the last one
    step made{};
  };

  void forget_steps() noexcept {
    done_.clear();
    undone_.clear();
    is_unsure_ = true;
  }

  wish& of(wish_number which) { return wishes_.at(which - first_); }

  template <class... Parts>
  static std::string in_words(const Parts&... parts) {
    std::ostringstream text;
    (text << ... << parts);
    return std::move(text).str();
  }

  // A part of the step became that version. Its inverse must lead back from there.
  std::string add(step& made, version which, const expected_data<Data>& data) {
    auto found = inverses_of<Data>(at_.at(data, which - 1), data.operations_of(which),
                                   data.context_of(which));
    made.first = made.is_void() ? which : made.first;
    made.last = which;
    made.is_lost = made.is_lost || found.are_lost;
    made.back.insert(made.back.begin(), found.all.begin(), found.all.end());
    return found.wrong.empty() ? std::string{}
                               : in_words("has made version ", which, ", but ", found.wrong);
  }

  std::string settle(wish& one, const expected_data<Data>& data, version since) {
    if (!one.was_taken)
      return {};
    if (one.what == wish_kind::step) {
      undone_.clear();
      done_.push_back(std::move(one.made));
      return {};
    }
    const bool is_undo = one.what == wish_kind::undo;
    row& from = is_undo ? done_ : undone_;
    row& to = is_undo ? undone_ : done_;
    if (one.told.what == receipt::kind::refused)
      if (const auto why = no_submission(one.told.reason.text(), from, to, since))
        return why->empty() ? *why : in_words("says \"", one.told.reason, "\", ", *why);
    while (!from.empty() && from.back().is_void() && !from.back().is_doubtful)
      from.pop_back();
    if (!from.empty() && from.back().is_doubtful)
      forget_steps(); // the client may have seen it
    std::string wrong;
    if (!from.empty()) {
      if (one.told.is_accepted() && !one.made.is_doubtful)
        wrong = compare(from.back(), one.told.version, data);
      from.pop_back();
    } else if (one.told.is_accepted() && !is_unsure_) {
      wrong = in_words("was told that something was ", is_undo ? "undone" : "done again",
                       " as version ", one.told.version, ", but has no step");
    }
    to.push_back(std::move(one.made));
    return wrong;
  }

  // Where that is the reason for which nothing was submitted: what is wrong with it, or an empty
  // text. Nothing where there was a submission.
  std::optional<std::string> no_submission(std::string_view why, row& from, row& to,
                                           version since) {
    if (why == "there is nothing to undo" || why == "there is nothing to do again") {
      for (const step& one : from)
        if (!one.is_void() && !one.is_doubtful)
          return in_words("although there is what it has made as version ", one.last);
      from.clear();
      return "";
    }
    if (why == "a new step came before the server had decided it") {
      forget_steps(); // it comes back behind wishes that have not met it
      return "";
    }
    if (why == "too many wait to be undone or done again")
      return "";
    const bool is_refused = why.starts_with("the server has refused it, so there is nothing to");
    const bool is_lost = why == "it was first seen inside a snapshot, or its inverse is lost";
    if (!is_refused && !is_lost)
      return std::nullopt;
    to.emplace_back(); // which may have been asked for already
    if (from.empty())
      return is_unsure_ ? "" : "although it has no step";
    // What was refused may have been in a snapshot, as long as the client knew.
    const auto may_be_lost = [since](const step& one) {
      return one.is_lost || one.is_partial || one.first <= since || rebases_operations<Data>;
    };
    const step top = std::move(from.back());
    from.pop_back();
    const auto next =
        std::find_if(from.rbegin(), from.rend(), [](const step& one) { return !one.is_void(); });
    // Sometimes nobody can tell whether that was meant, or the step before it.
    if (top.is_doubtful || (top.is_void() && is_lost && next != from.rend() && may_be_lost(*next)))
      forget_steps();
    else if (is_refused && !top.is_void())
      return in_words("although the server has accepted it as version ", top.last);
    else if (is_lost && !top.is_void() && !may_be_lost(top))
      return in_words("although it has seen version ", top.first, " alone");
    return "";
  }

  // The data of that version must be those before it with the step undone. Where others' operations
  // change the inverse, this is known only if there are none in between.
  std::string compare(const step& undone, version which, const expected_data<Data>& data) {
    const auto& how = data.context_of(which);
    if (rebases_operations<Data> && data.latest_not_by(how.by, which - 1) > undone.first)
      return {};
    Data now = at_.at(data, which - 1);
    for (const operation& op : undone.back)
      static_cast<void>(reducer<Data>::step(now, op, how));
    if (!undone.is_lost && data.has(which, digest_of(now)))
      return {};
    return in_words("was to take back version ", undone.last, ", but version ", which,
                    " does something else");
  }

  replayed_data<Data> at_;
  std::deque<wish> wishes_;
  wish_number first_ = 0;
  row done_;
  row undone_;
  bool is_unsure_ = false; // there may be steps that nothing is known of
};

} // namespace libsync::testing::detail
