#pragma once

/// Optimistic clients: they show their own submissions at once.
///
///     replica<todo_list, optimistic> client;
///     client.submit(add{"milk"}, out);
///     client.shown();   // has it, though no server has decided it yet
///
/// What such a client *shows* is the confirmed data with its pending submissions on them, in order,
/// but those that fail. When something of somebody else has come, the pending ones are applied
/// anew, on what is confirmed then, once a batch: a *rebase*. One that fails then is *skipped*, and
/// tried again at the next rebase, until the server decides. A batch of nothing but what is shown
/// already, in the same order, changes nothing that is shown.
///
/// *What it costs.* Where the data have an `inverse`, there is one set of data. A rebase steps back
/// by the inverses and forward again, and copies nothing: for p pending operations it costs the
/// inverses and twice p operations beside the batch. Reading the confirmed data while submissions
/// are pending copies the data. Without `inverse` there are two sets while something is pending:
/// submitting first, and each rebase, copy the data, and each transaction that fails half-way makes
/// a rebase begin anew. While nothing is pending, nothing is copied. Either way each submission is
/// kept until it has its receipt, `limits::outbox` of them at most.
///
/// *Exceptions of the reducer.* An operation that throws is skipped. If it may have left half of a
/// change behind, it is not tried again. Data with an `inverse` are lost then, and the client takes
/// a snapshot of the server's; others are made anew from the confirmed ones.

#include "libsync/detail/client/optimistic_member.hpp"
#include "libsync/pending.hpp"
#include "libsync/replica.hpp"
#include "libsync/shared_view.hpp"

namespace libsync {

/// The mode of an optimistic client.
struct optimistic {};

} // namespace libsync
