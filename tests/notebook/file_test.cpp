#include "notebook/markdown/file.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "notebook/must.hpp"
#include "support/catch.hpp"
#include "support/deltas.hpp"
#include "support/scratch.hpp"

using namespace notebook_example;
namespace fs = std::filesystem;

namespace {

notebook renamed(notebook data) {
  must(data, set_notebook_name{"ada", "New"});
  return data;
}

} // namespace

TEST_CASE("a file is replaced by a new one, which has its mode", "[notebook]") {
  const scratch in;
  put(in / "a.md", "# Old\n\ntext\n");
  REQUIRE(chmod((in / "a.md").c_str(), 0640) == 0);
  auto opened = value_of(file::open(in / "a.md"));
  CHECK(opened.save(renamed(opened.opened())));
  CHECK(get(in / "a.md") == "# New\n\ntext\n");
  struct stat about {};
  REQUIRE(stat((in / "a.md").c_str(), &about) == 0);
  CHECK((about.st_mode & 07777) == 0640);
  CHECK(in.count() == 1);
}

TEST_CASE("a file that others have changed is noticed and left alone", "[notebook]") {
  const scratch in;
  put(in / "a.md", "# Old\n");
  auto opened = value_of(file::open(in / "a.md"));
  put(in / "a.md", "# Own\n");
  const auto why =
      (in / "a.md").string() + ": others have changed it since it was read; save to another file";
  CHECK(opened.save(renamed(opened.opened())).reason() == why);
  CHECK(get(in / "a.md") == "# Own\n");
  fs::remove(in / "a.md");
  CHECK(opened.save(renamed(opened.opened())).reason() == why);
  CHECK(opened.save_as(renamed(opened.opened()), in / "b.md"));
  CHECK(get(in / "b.md") == "# New\n");
  CHECK(opened.path() == in / "b.md");
}

TEST_CASE("a file that somebody else makes meanwhile is not overwritten", "[notebook]") {
  const scratch in;
  auto opened = value_of(file::open(in / "a.md"));
  CHECK(opened.opened().dirty());
  put(in / "a.md", "theirs");
  CHECK_FALSE(opened.save(opened.opened()));
  CHECK(opened.save_as(opened.opened(), in / "a.md").reason() ==
        (in / "a.md").string() + ": it exists already");
  CHECK(get(in / "a.md") == "theirs");
}

TEST_CASE("a file that cannot be read is reported, with the line, and not written", "[notebook]") {
  const scratch in;
  put(in / "a.md", "# T\n\n<!-- notebook: text 1 -->\n");
  CHECK(file::open(in / "a.md").reason() ==
        (in / "a.md").string() +
            ":3: the text that begins here has no end: expected <!-- notebook: end of text 1 -->");
  fs::create_directory(in / "folder");
  CHECK(file::open(in / "folder").reason() == (in / "folder").string() + ": is no file");
  CHECK(file::open(in / "a.md/b.md").reason() ==
        (in / "a.md/b.md").string() + ": cannot be opened: Not a directory");
  CHECK(get(in / "a.md") == "# T\n\n<!-- notebook: text 1 -->\n");
}

TEST_CASE("a huge file is not read to its end", "[notebook]") {
  const scratch in;
  put(in / "a.md", "");
  fs::resize_file(in / "a.md", std::uintmax_t{1} << 40); // a hole
  CHECK(file::open(in / "a.md").reason() ==
        (in / "a.md").string() + ":1: expected a file of at most 16777216 bytes");
}

TEST_CASE("a failed write leaves nothing behind", "[notebook]") {
  const scratch in;
  fs::create_directory(in / "folder");
  auto opened = value_of(file::open(in / "folder/a.md"));
  fs::remove(in / "folder");
  CHECK(opened.save(opened.opened()).reason() ==
        (in / "folder/a.md").string() + ": cannot be written: No such file or directory");
  CHECK(in.count() == 0);
}

TEST_CASE("a link stays a link", "[notebook]") {
  const scratch in;
  put(in / "a.md", "# Old\n");
  fs::create_symlink("a.md", in / "link.md");
  auto opened = value_of(file::open(in / "link.md"));
  CHECK(opened.save(renamed(opened.opened())));
  CHECK(fs::is_symlink(in / "link.md"));
  CHECK(get(in / "a.md") == "# New\n");
}

TEST_CASE("saving twice goes on from what was saved", "[notebook]") {
  const scratch in;
  put(in / "a.md", "# Old\n\n```  js\nx\n```\n");
  auto opened = value_of(file::open(in / "a.md"));
  auto data = renamed(opened.opened());
  CHECK(opened.save(data));
  must(data, set_notebook_name{"ada", "Newer"});
  CHECK(opened.save(data));
  CHECK(get(in / "a.md") == "# Newer\n\n```  js\nx\n```\n");
}
