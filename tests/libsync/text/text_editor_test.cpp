#include "libsync/text/text_editor.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/deltas.hpp"

using libsync::delta;
using libsync::in_flight;
using libsync::selections;
using editor = libsync::text_editor<std::string>;

namespace {

// What an editor hands out.
struct desk {
  void send(const delta& what, const std::optional<selections>&, libsync::revision revision) {
    sent.push_back(libsync::write_delta(what) + " for " + std::to_string(revision));
  }
  void report(libsync::revision revision) { reports.push_back(revision); }
  void show(const delta& what) { shown.push_back(libsync::write_delta(what)); }

  std::vector<std::string> sent;
  std::vector<libsync::revision> reports;
  std::vector<std::string> shown;
};

// The delta in flight was accepted as the next revision.
libsync::accepted_delta<std::string> own(const editor& of) {
  return {of.revision() + 1, of.me(), of.sent().value_or(delta{}), {}};
}

// One delta in flight, one in the buffer.
editor waiting(desk& out) {
  editor one{"a", "abc"_text, 5};
  CHECK(one.edit("[1, \"x\"]"_delta, {}, out));
  CHECK(one.edit("[3, \"y\"]"_delta, {}, out));
  return one;
}

} // namespace

TEST_CASE("an edit shows at once; one delta is in flight, the rest waits in the buffer", "[text]") {
  desk out;
  auto one = waiting(out);
  CHECK(one.shown() == "axbyc"_text);
  CHECK(one.confirmed() == "abc"_text);
  CHECK(out.sent == std::vector<std::string>{"[1,\"x\"] for 5"});
  CHECK(one.edit("[\"z\"]"_delta, {}, out));
  CHECK(one.buffer() == "[\"z\",3,\"y\"]"_delta);
  CHECK(one.receive(own(one), out));
  CHECK(out.sent.back() == "[\"z\",3,\"y\"] for 6");
  CHECK_FALSE(one.buffer());
  CHECK(one.receive(own(one), out));
  CHECK(one.synchronised());
  CHECK(one.confirmed() == one.shown());
  CHECK(one.revision() == 7);
}

TEST_CASE("an edit that does not fit is refused and sends nothing", "[text]") {
  desk out;
  auto one = waiting(out);
  CHECK(one.edit("[6, \"x\"]"_delta, {}, out).reason() ==
        "a retain of 6 code units from 0 on ends 1 beyond the end of the text");
  CHECK(one.shown() == "axbyc"_text);
  CHECK(one.buffer() == "[3,\"y\"]"_delta);
  CHECK(out.sent.size() == 1);
}

TEST_CASE("a foreign delta is shown after what is not accepted yet", "[text]") {
  desk out;
  auto one = waiting(out);
  CHECK(one.receive({one.revision() + 1, "b", "[1, \"F\", -1]"_delta, selections{{2, 2}}}, out));
  CHECK(one.shown() == "aFxyc"_text);
  CHECK(out.shown.back() == "[1,\"F\",1,-1]");
  CHECK(one.others().at("b") == selections{{2, 2}});
  CHECK(one.edit("[\"__\"]"_delta, {}, out));
  CHECK(one.others().at("b") == selections{{4, 4}});
  one.forget("b");
  CHECK(one.others().empty());
}

TEST_CASE("messages that cannot come from the server are refused", "[text]") {
  desk out;
  editor one{"a", "abc"_text, 5};
  CHECK(one.receive(own(one), out).reason() == "a delta was accepted that was not sent");
  CHECK_FALSE(one.receive({one.revision() + 1, "b", "[4, \"x\"]"_delta, {}}, out));
  CHECK(one.receive({5, "b", "[\"x\"]"_delta, {}}, out).reason() ==
        "expected the delta of revision 6, found that of 5, which is known already");
  CHECK(one.receive({7, "b", "[\"x\"]"_delta, {}}, out).reason() ==
        "expected the delta of revision 6, found that of 7");
  CHECK(one.revision() == 5);
  CHECK(one.shown() == "abc"_text);
}

TEST_CASE("an accepted delta that does not fit is refused, and changes nothing", "[text]") {
  desk out;
  editor one{"a", "abc"_text, 5};
  REQUIRE(one.edit("[3, \"x\"]"_delta, {}, out));
  CHECK_FALSE(one.receive({6, "a", "[9, \"x\"]"_delta, {}}, out)); // it is not what was sent
  CHECK(one.revision() == 5);
  CHECK(one.shown() == "abcx"_text);
  CHECK(one.confirmed() == "abc"_text);
}

TEST_CASE("an editor that follows the text of another document says so", "[text]") {
  desk out;
  editor one{"a", "abc"_text, 0};
  libsync::shared_text<std::string> other{"a long text"_text};
  REQUIRE(other.join("b"));
  REQUIRE(other.submit("b", "[11, \"!\"]"_delta, {}, 0));
  CHECK_FALSE(one.follow(other, out));
  CHECK(one.revision() == 0);
  CHECK(one.shown() == "abc"_text);
}

TEST_CASE("a delta that ends within a code point does not fit", "[text]") {
  auto face = "\xF0\x9F\x98\x80"_text;
  const auto before = face;
  CHECK_FALSE(apply_delta(face, "[\"x\", 1]"_delta));
  CHECK(face == before);
  CHECK(apply_delta(face, "[\"x\", 2]"_delta));
}

TEST_CASE("an editor follows a shared text, whatever was accepted at once", "[text]") {
  desk out;
  libsync::shared_text<std::string> server{"abc"_text};
  for (const auto* who : {"a", "b"})
    REQUIRE(server.join(who));
  REQUIRE(server.submit("b", {}, selections{{3, 3}}, 0));
  editor one{"a", server};
  CHECK(one.others().at("b") == selections{{3, 3}}); // a newcomer is told where the others are
  CHECK(one.edit("[1, \"x\"]"_delta, {}, out));
  REQUIRE(server.submit("b", "[\"1\"]"_delta, selections{{1, 1}}, 1));
  REQUIRE(server.submit("a", *one.sent(), {}, 1));
  REQUIRE(server.submit("b", "[1, \"2\"]"_delta, selections{{2, 2}}, 2));
  CHECK(one.follow(server, out));
  CHECK(one.shown() == server.text());
  CHECK(one.confirmed() == server.text());
  CHECK(one.revision() == 4);
  CHECK(one.synchronised());
  CHECK(one.others().at("b") == selections{{2, 2}});
  CHECK(out.shown == std::vector<std::string>{"[1,\"x\"]", "[\"1\"]", "[1,\"2\"]"});
  REQUIRE(server.leave("b"));
  CHECK(one.follow(server, out));
  CHECK(one.others().empty());
}

TEST_CASE("an editor that the text does not reach back to has to take a snapshot", "[text]") {
  desk out;
  libsync::shared_text<std::string> server{"abc"_text};
  editor one{"a", server};
  for (libsync::revision i = 0; i <= 16; ++i)
    REQUIRE(server.submit("b", "[\"x\"]"_delta, {}, i));
  CHECK(one.follow(server, out).reason() == "revision 0 is too old: deltas are kept from 1 on");
  CHECK(one.shown() == "abc"_text);
  one.resync(server, in_flight::lost, out);
  CHECK(one.shown() == server.text());
  CHECK(editor{"a", "abc"_text, 18}.follow(server, out).reason() ==
        "revision 18 is not one of 0 to 17");
}

TEST_CASE("an edit is taken back by its inverse, rewritten over what was shown since", "[text]") {
  struct undoing : desk {
    void show(const delta& what) {
      desk::show(what);
      inverse = transform(what, inverse, libsync::priority::left);
    }
    delta inverse;
  };
  undoing out;
  auto one = editor{"a", "abc"_text, 5};
  CHECK(one.edit("[1, \"xyz\", -1]"_delta, {}, out));
  out.inverse = difference(one.shown(), "abc"_text);
  CHECK(one.receive({6, "b", "[1, \"F\", -1, 1, \"G\"]"_delta, {}}, out));
  CHECK(one.edit("[3, \"!\"]"_delta, {}, out));
  CHECK(one.shown() == "aFx!yzcG"_text);
  const auto inverse = out.inverse;
  CHECK(one.edit(inverse, {}, out));
  CHECK(one.shown() == "aFb!cG"_text);
}

TEST_CASE("a report is sent only if it tells something new", "[text]") {
  desk out;
  editor one{"a", "abc"_text, 5};
  one.report(out);
  CHECK(out.reports.empty());
  CHECK(one.receive({one.revision() + 1, "b", "[\"x\"]"_delta, {}}, out));
  one.report(out);
  one.report(out);
  CHECK(out.reports == std::vector<libsync::revision>{6});
  CHECK(one.edit("[\"y\"]"_delta, {}, out));
  CHECK(one.receive({one.revision() + 1, "b", "[\"x\"]"_delta, {}}, out));
  one.report(out); // in flight
  CHECK(one.receive(own(one), out));
  one.report(out); // the server knows
  CHECK(out.reports.size() == 1);
}

TEST_CASE("a snapshot with the delta in flight accepted leaves the buffer", "[text]") {
  desk out;
  auto one = waiting(out);
  one.resync("aNxbc"_text, 9, in_flight::accepted, out);
  CHECK(one.shown() == "aNxbyc"_text);
  CHECK(out.sent.back() == "[4,\"y\"] for 9");
  CHECK(one.receive(own(one), out));
  CHECK(one.confirmed() == "aNxbyc"_text);
}

TEST_CASE("a snapshot with the delta in flight lost sends it again with the buffer", "[text]") {
  desk out;
  auto one = waiting(out);
  one.resync("Nabc"_text, 9, in_flight::lost, out);
  CHECK(one.shown() == "Naxbyc"_text);
  CHECK(out.sent.back() == "[2,\"x\",1,\"y\"] for 9");
}

TEST_CASE("a snapshot with the delta in flight undecided waits, and mends what was guessed",
          "[text]") {
  desk out;
  auto one = waiting(out);
  // The server has replaced the whole text, so nobody can tell where the x belongs.
  one.resync("ABC"_text, 9, in_flight::undecided, out);
  CHECK(out.sent.size() == 1);
  CHECK(one.shown() == "ABCxy"_text);
  CHECK(one.receive({10, "a", "[\"x\"]"_delta, {}}, out)); // where the server has put it
  CHECK(one.confirmed() == "xABC"_text);
  CHECK(out.sent.size() == 2);
  CHECK(one.receive(own(one), out));
  CHECK(one.shown() == one.confirmed());
  CHECK(one.shown().size() == 5);
}

TEST_CASE("after a snapshot the revision is told again", "[text]") {
  desk out;
  editor one{"a", "abc"_text, 5};
  CHECK(one.receive({one.revision() + 1, "b", "[\"x\"]"_delta, {}}, out));
  one.report(out); // and is lost
  one.resync("xabc"_text, 6, in_flight::lost, out);
  one.report(out);
  CHECK(out.reports == std::vector<libsync::revision>{6, 6});
}

TEST_CASE("an edit that is made while another is shown reaches the server too", "[text]") {
  // Puts a mark behind each x, as an automatic correction would.
  struct correcting : desk {
    void show(const delta& what) {
      desk::show(what);
      if (what.inserted() == "x")
        CHECK(of->edit("[1, \"!\"]"_delta, selections{{2, 2}}, *this));
    }
    editor* of = nullptr;
  };
  editor one{"a", ""_text, 5};
  correcting out;
  out.of = &one;
  CHECK(one.edit("[\"x\"]"_delta, {}, out));
  CHECK(out.shown == std::vector<std::string>{"[\"x\"]", "[1,\"!\"]"});
  CHECK(out.sent == std::vector<std::string>{"[\"x!\"] for 5"});
  CHECK(one.where() == selections{{2, 2}});
  CHECK(one.receive(own(one), out));
  CHECK(one.synchronised());
  CHECK(one.confirmed() == "x!"_text);
}

TEST_CASE("changes by a call within another are shown after those of the outer call", "[text]") {
  struct hearing : desk {
    void show(const delta& what) {
      desk::show(what);
      if (what == "[\"F\"]"_delta) {
        CHECK(of->receive({of->revision() + 1, "b", "[\"G\"]"_delta, {}}, *this));
        CHECK(of->edit("[2, \"x\"]"_delta, {}, *this));
        CHECK(shown.size() == 1); // until this returns
        CHECK(sent.empty());
      }
    }
    editor* of = nullptr;
  };
  editor one{"a", "abc"_text, 5};
  hearing out;
  out.of = &one;
  CHECK(one.receive({one.revision() + 1, "b", "[\"F\"]"_delta, {}}, out));
  CHECK(out.shown == std::vector<std::string>{"[\"F\"]", "[\"G\"]", "[2,\"x\"]"});
  CHECK(out.sent == std::vector<std::string>{"[2,\"x\"] for 7"});
}

TEST_CASE("a call on which the sink has thrown counts as told, the rest comes with the next call",
          "[text]") {
  struct throwing : desk {
    void show(const delta& what) {
      desk::show(what);
      if (shown.size() == 1)
        throw std::runtime_error("no screen");
    }
  };
  editor one{"a", "abc"_text, 5};
  throwing out;
  CHECK_THROWS_WITH(one.edit("[\"x\"]"_delta, {}, out), "no screen");
  CHECK(one.shown() == "xabc"_text);
  CHECK(out.sent.empty());
  one.report(out);
  CHECK(out.shown.size() == 1);
  CHECK(out.sent == std::vector<std::string>{"[\"x\"] for 5"});
}

TEST_CASE("a copy of an editor that is made while it tells something goes on by itself", "[text]") {
  struct copying : desk {
    void show(const delta& what) {
      desk::show(what);
      copy = *of;
    }
    editor* of = nullptr;
    std::optional<editor> copy;
  };
  editor one{"a", "abc"_text, 5};
  copying out;
  out.of = &one;
  CHECK(one.edit("[\"x\"]"_delta, {}, out));
  desk of_copy;
  CHECK(out.copy->edit("[\"y\"]"_delta, {}, of_copy));
  CHECK(of_copy.sent == std::vector<std::string>{"[\"yx\"] for 5"});
}
