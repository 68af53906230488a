#pragma once

/// State that many clients share, as values: reducers, receipts, history, `sequencer` and
/// `replica`.
///
/// A program includes this to define its data, operations and `reduce`. `sequencer` and `replica`,
/// the decisions of a server and a client, are for programs that carry messages themselves. Text is
/// in libsync/text.hpp, undo among others in libsync/undo.hpp. Data that change without a server
/// are in libsync/statebox.hpp.

#include "libsync/audit.hpp"
#include "libsync/auditor.hpp"
#include "libsync/change.hpp"
#include "libsync/clock.hpp"
#include "libsync/context.hpp"
#include "libsync/counters.hpp"
#include "libsync/digest.hpp"
#include "libsync/effects.hpp"
#include "libsync/history.hpp"
#include "libsync/identity.hpp"
#include "libsync/ids.hpp"
#include "libsync/limits.hpp"
#include "libsync/optimistic.hpp"
#include "libsync/outcome.hpp"
#include "libsync/past.hpp"
#include "libsync/pending.hpp"
#include "libsync/presence.hpp"
#include "libsync/protocol/log.hpp"
#include "libsync/reason.hpp"
#include "libsync/receipt.hpp"
#include "libsync/reducer.hpp"
#include "libsync/replica.hpp"
#include "libsync/result.hpp"
#include "libsync/rules.hpp"
#include "libsync/sequencer.hpp"
#include "libsync/shared_view.hpp"
#include "libsync/sinks.hpp"
#include "libsync/size_of.hpp"
#include "libsync/snapshot.hpp"
#include "libsync/submission.hpp"
#include "libsync/timers.hpp"
#include "libsync/violation.hpp"
#include "libsync/watch.hpp"
