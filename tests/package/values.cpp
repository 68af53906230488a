#include <iostream>

#include <libsync/libsync.hpp>
#include <libsync/text.hpp>

struct counter {
  using operation = int;
  int value = 0;
};
void reduce(counter& data, int amount) {
  data.value += amount;
}

int main() {
  libsync::history<counter> history{counter{}};
  const bool done = history.apply(2) && history.apply(3) && history.undo();
  std::cout << done << ' ' << history.data().value << '\n';
  const libsync::text_editor<int> editor{1, *libsync::text::read("text"), 0};
  return editor.shown().size() == 4 ? 0 : 1;
}
