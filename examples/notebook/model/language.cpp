#include "notebook/model/language.hpp"

#include <algorithm>
#include <cstddef>

namespace notebook_example {

namespace {

struct span {
  std::size_t begin;
  std::size_t end;
};

// Where the language stands in a fence, or would stand.
span place_in(std::string_view opener) {
  const auto mark = std::min(opener.find_first_of("`~"), opener.size());
  auto begin = mark;
  while (begin < opener.size() && opener[begin] == opener[mark])
    ++begin;
  if (const auto word = opener.find_first_not_of(" \t", begin); word != opener.npos)
    if (opener[word] != '\n' && opener[word] != '\r')
      begin = word;
  return {begin, std::min(opener.find_first_of(" \t\r\n", begin), opener.size())};
}

} // namespace

std::string_view language_of(const frame& around) {
  const std::string_view opener = around.opener;
  const auto [begin, end] = place_in(opener);
  return opener.substr(begin, end - begin);
}

libsync::outcome check_language(std::string_view language) {
  if (libsync::utf8::find_invalid(language) != libsync::utf8::npos)
    return libsync::refused("the language has invalid UTF-8");
  const bool bad = std::any_of(language.begin(), language.end(), [](char one) {
    return static_cast<unsigned char>(one) <= 0x20 || one == '`' || one == '~';
  });
  return bad ? libsync::refused("expected a language of one word, without ` and ~")
             : libsync::accepted();
}

void set_language(frame& around, std::string_view language, line_end usual) {
  if (around.opener.empty())
    around.opener = std::string{"```"}.append(bytes_of(usual));
  auto [begin, end] = place_in(around.opener);
  if (language.empty()) { // else the next word would be read as the language
    begin = around.opener.find_last_of("`~", begin) + 1;
    end = std::min(around.opener.find_first_of("\r\n", begin), around.opener.size());
  }
  around.opener.replace(begin, end - begin, language);
}

} // namespace notebook_example
