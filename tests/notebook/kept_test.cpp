// What must not be overwritten, and what keeps work that was not saved.

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "notebook/app/recovery.hpp"
#include "notebook/markdown/file.hpp"

#include "support/catch.hpp"
#include "support/deltas.hpp"
#include "support/scratch.hpp"

using namespace notebook_example;
namespace fs = std::filesystem;

namespace {

notebook named(const char* name) {
  notebook data;
  data.name = name;
  return data;
}

} // namespace

TEST_CASE("a file that nobody may write is not replaced", "[notebook]") {
  const scratch in;
  put(in / "a.md", "# Old\n");
  auto opened = value_of(file::open(in / "a.md"));
  REQUIRE(chmod((in / "a.md").c_str(), 0444) == 0);
  CHECK(opened.save(named("New")).reason() ==
        (in / "a.md").string() + ": is read-only; save to another file");
  CHECK(get(in / "a.md") == "# Old\n");
  CHECK(in.count() == 1);
}

TEST_CASE("a link that leads nowhere stays, and its target is made", "[notebook]") {
  const scratch in;
  fs::create_directory(in / "b");
  fs::create_symlink("b/link.md", in / "a.md");
  fs::create_symlink("new.md", in / "b/link.md");
  auto opened = value_of(file::open(in / "a.md"));
  CHECK(opened.save(named("New")));
  CHECK(fs::is_symlink(in / "a.md"));
  CHECK(fs::is_symlink(in / "b/link.md"));
  CHECK(get(in / "b/new.md") == "# New\n");
  fs::create_symlink("round.md", in / "round.md");
  CHECK_FALSE(file::open(in / "round.md"));
}

TEST_CASE("a recovered file of Livebook is one of Livebook", "[notebook]") {
  const scratch in;
  auto data = value_of(read_markdown("```js\nx\n```\n"));
  const auto name = value_of(write_recovery(in / "a.livemd", data));
  CHECK(get(name) == "```elixir\nx\n```\n");
  CHECK(dialect_of(name) == dialect::livemd);
  CHECK(dialect_of("a.livemd.recovered.2") == dialect::livemd);
  CHECK(dialect_of("a.md.recovered") == dialect::markdown);
  CHECK(dialect_of("a.md") == dialect::markdown);
}

TEST_CASE("a recovery file takes a name that nothing has", "[notebook]") {
  const scratch in;
  const auto beside = in / "a.md";
  CHECK(find_recovered(beside).empty());
  CHECK(value_of(write_recovery(beside, named("One"))) == in / "a.md.recovered");
  CHECK(value_of(write_recovery(beside, named("Two"))) == in / "a.md.recovered.2");
  CHECK(find_recovered(beside) ==
        std::vector<fs::path>{in / "a.md.recovered", in / "a.md.recovered.2"});
  fs::remove(in / "a.md.recovered");
  fs::create_symlink("elsewhere.md", in / "a.md.recovered");
  CHECK(value_of(write_recovery(beside, named("Three"))) == in / "a.md.recovered.3");
  CHECK_FALSE(fs::exists(in / "elsewhere.md"));
  CHECK(get(in / "a.md.recovered.2") == "# Two\n");
  struct stat about {};
  REQUIRE(stat((in / "a.md.recovered.3").c_str(), &about) == 0);
  CHECK((about.st_mode & 07777) == 0600);
  CHECK_FALSE(write_recovery(in / "nowhere/a.md", named("Four")));
}
