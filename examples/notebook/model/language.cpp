#include "notebook/model/language.hpp"

#include <algorithm>
#include <cstddef>

namespace notebook_example {

std::string_view info_of(std::string_view opener) noexcept {
  auto line = opener.substr(0, opener.find_first_of("\r\n"));
  line.remove_prefix(std::min(line.find_first_of("`~"), line.size()));
  if (!line.empty())
    line.remove_prefix(std::min(line.find_first_not_of(line.front()), line.size()));
  const auto begin = line.find_first_not_of(" \t");
  if (begin == line.npos)
    return line.substr(0, 0);
  return line.substr(begin, line.find_last_not_of(" \t") + 1 - begin);
}

std::string_view language_of(std::string_view opener) noexcept {
  const auto info = info_of(opener);
  return info.substr(0, info.find_first_of(" \t"));
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
  auto& opener = around.opener;
  if (opener.empty())
    opener = std::string{"```"}.append(bytes_of(usual));
  const auto old = language_of(opener);
  auto begin = static_cast<std::size_t>(old.data() - opener.data());
  auto end = begin + old.size();
  if (language.empty()) { // else the next word would be read as the language
    begin = opener.find_last_of("`~", begin) + 1;
    end = std::min(opener.find_first_of("\r\n", begin), opener.size());
  }
  opener.replace(begin, end - begin, language);
}

} // namespace notebook_example
