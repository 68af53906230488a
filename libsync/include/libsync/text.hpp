#pragma once

/// Collaborative text editing by operational transformation.
///
/// This includes the text and its deltas, `shared_text` for the server's data, `text_editor` for
/// each client, selections that move with the text, and deltas as JSON.

#include "libsync/text/accepted_delta.hpp"
#include "libsync/text/compose.hpp"
#include "libsync/text/delta.hpp"
#include "libsync/text/delta_json.hpp"
#include "libsync/text/difference.hpp"
#include "libsync/text/in_flight.hpp"
#include "libsync/text/inverse.hpp"
#include "libsync/text/limits.hpp"
#include "libsync/text/selection.hpp"
#include "libsync/text/shared_text.hpp"
#include "libsync/text/text.hpp"
#include "libsync/text/text_editor.hpp"
#include "libsync/text/transform.hpp"
#include "libsync/text/utf8.hpp"
