#pragma once

/// Where copies begin to differ.

#include <string>
#include <utility>
#include <vector>

#include "libsync/audit.hpp"
#include "libsync/detail/audit/answers.hpp"
#include "libsync/detail/audit/twin_replay.hpp"
#include "libsync/digest.hpp"
#include "libsync/ids.hpp"
#include "libsync/protocol/batch.hpp"
#include "libsync/reason.hpp"

namespace libsync::detail {

/// Finds the first submission after which a copy differs, for each copy that does. That is, within
/// the log, the first that leads from equal data to two different results, and by which the copy
/// has come: a copy that began as the snapshot of a later version is not to blame on it.
template <class Data>
class first_differences {
public:
  first_differences(const audit_answers<Data>& told, audit_report<Data>& report,
                    const digest_function<Data>& make)
      : told_(told), twins_(*told.checkpoint->data, make) {
    for (std::size_t i = 0; i < told.all.size(); ++i)
      if (report.copies[i].what == audited_copy<Data>::kind::differs)
        open_.push_back({&told.all[i], &report.copies[i]});
  }

  void find() {
    if (!twins_.are_equal())
      return say("equal data have different digests, since the function that makes them depends on "
                 "more than the value, such as an address"_reason);
    for (const auto& part : told_.log)
      if (!for_each_accepted(*part, [this](const auto& next) { return step(next); }))
        break;
    explain_rest();
  }

private:
  struct open {
    const audit_answer* answer;
    audited_copy<Data>* copy;
  };

  // Returns whether to go on.
  bool step(const accepted_submission<Data>& next) {
    if (next.version <= told_.checkpoint->version)
      return true; // the data include it
    if (next.version > told_.version)
      return false;
    if (twins_.step(next))
      return true;
    is_steady_ = false;
    std::erase_if(open_, [&](const open& one) {
      const bool came_by_it = one.answer->since < next.version;
      if (came_by_it)
        one.copy->first = {next.version,
                           next.by,
                           next.number,
                           next.time,
                           {next.operations.begin(), next.operations.end()}};
      return came_by_it;
    });
    if (open_.empty() || !twins_.accept())
      return false;
    twins_.rejoin();
    return true;
  }

  void explain_rest() {
    if (open_.empty())
      return;
    if (told_.checkpoint->version >= told_.version)
      return say("the cause is older than the log, which has no operation before this "
                 "version"_reason);
    if (!is_steady_)
      return say("since the snapshot from which this copy has come, the log has no operation that "
                 "leads to different data when it is applied again"_reason);
    const auto digest = twins_.digest();
    const auto lead = "the operations from version " +
                      std::to_string(told_.checkpoint->version + 1) +
                      " on, applied again, lead to ";
    for (const auto& one : open_)
      one.copy->why = lead +
                      (digest == told_.digest          ? "the server's data"
                       : digest == *one.answer->digest ? "this copy, and not to the server's data"
                                                       : "neither") +
                      ", and to the same each time: the cause is older, is no operation, or does "
                      "not show again";
  }

  void say(const reason& why) {
    for (const auto& one : open_)
      one.copy->why = why;
  }

  const audit_answers<Data>& told_;
  twin_replay<Data> twins_;
  std::vector<open> open_;
  bool is_steady_ = true;
};

} // namespace libsync::detail
