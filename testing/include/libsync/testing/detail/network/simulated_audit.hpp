#pragma once

/// The audits of a simulated network.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "libsync/audit.hpp"
#include "libsync/auditor.hpp"
#include "libsync/protocol/audit.hpp"
#include "libsync/sequencer.hpp"

#include "libsync/testing/detail/broken.hpp"
#include "libsync/testing/detail/network/hook.hpp"
#include "libsync/testing/digest.hpp"

namespace libsync::testing::detail {

/// An auditor, if the hook wants one. No copy may differ: the reducer is taken to be honest.
template <class Data>
class simulated_audit {
public:
  simulated_audit(sequencer<Data, std::size_t>& of, const network_hook& hook)
      : of_(of), hook_(hook) {
    follow();
  }

  /// The sequencer is another one.
  void follow() {
    if (hook_.audited)
      of_.keep_checkpoint();
  }

  [[nodiscard]] bool is_under_way() const noexcept { return auditor_.is_under_way(); }

  template <class Out>
  void begin(Out& out) {
    if (!is_under_way())
      require(auditor_.begin(of_, make_, out).empty(), "an audit did not begin");
  }

  void receive(std::size_t route, const digest_told& what) { auditor_.receive(route, what); }

  void abandon() noexcept { auditor_.abandon(); }

  void check() {
    const auto answers = auditor_.take(of_);
    if (!answers)
      return;
    const auto report = report_of<Data>(*answers, make_);
    for (const auto& one : report.copies)
      require(one.what != audited_copy<Data>::kind::differs, one.client,
              " differs from the server at version ", report.version);
    using kind = typename audited_copy<Data>::kind;
    hook_.audited(report.count(kind::agrees), report.count(kind::not_compared));
  }

private:
  sequencer<Data, std::size_t>& of_;
  const network_hook& hook_;
  auditor<Data, std::size_t> auditor_;
  digest_function<Data> make_ = [](const Data& data) { return digest_of(data); };
};

} // namespace libsync::testing::detail
