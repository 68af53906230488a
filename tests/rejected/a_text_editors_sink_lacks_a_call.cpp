// error: the sink of a text editor lacks a call: it needs show, send and report
#include "libsync/text/text_editor.hpp"
struct nowhere {};
void report(libsync::text_editor<int>& editor, nowhere& out) {
  editor.report(out);
}
