#pragma once

namespace stack_example {

/// Shows the pattern from its first idea on: operations as data, synchronized state, a race, undo.
void show_lessons();

} // namespace stack_example
