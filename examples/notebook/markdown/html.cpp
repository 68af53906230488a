#include "notebook/markdown/html.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace notebook_example {

namespace {

constexpr std::array<std::string_view, 4> raw_tags{"script", "pre", "style", "textarea"};

// In alphabetical order.
constexpr std::array<std::string_view, 62> block_tags{
    "address",  "article",  "aside",    "base",       "basefont", "blockquote", "body",   "caption",
    "center",   "col",      "colgroup", "dd",         "details",  "dialog",     "dir",    "div",
    "dl",       "dt",       "fieldset", "figcaption", "figure",   "footer",     "form",   "frame",
    "frameset", "h1",       "h2",       "h3",         "h4",       "h5",         "h6",     "head",
    "header",   "hr",       "html",     "iframe",     "legend",   "li",         "link",   "main",
    "menu",     "menuitem", "nav",      "noframes",   "ol",       "optgroup",   "option", "p",
    "param",    "search",   "section",  "summary",    "table",    "tbody",      "td",     "tfoot",
    "th",       "thead",    "title",    "tr",         "track",    "ul"};
static_assert(std::is_sorted(block_tags.begin(), block_tags.end()));

bool is_letter(char one) {
  return std::isalpha(static_cast<unsigned char>(one)) != 0;
}

bool is_in_name(char one) {
  return std::isalnum(static_cast<unsigned char>(one)) != 0 || one == '-';
}

std::string lower(std::string_view text) {
  std::string all{text};
  std::transform(all.begin(), all.end(), all.begin(),
                 [](unsigned char one) { return static_cast<char>(std::tolower(one)); });
  return all;
}

/// Reads a tag from left to right.
class tag {
public:
  explicit tag(std::string_view from) : left_(from) {}

  // Whether a whole tag, and nothing but blanks, is left.
  bool is_whole() {
    const bool closing = take('/');
    if (left_.empty() || !is_letter(left_.front()))
      return false;
    take_name();
    while (!closing && take_blanks() && take_attribute()) {
    }
    take_blanks();
    if (!closing)
      take('/');
    return take('>') && (take_blanks(), left_.empty());
  }

  std::string_view take_name() { return take_while(is_in_name); }

private:
  template <class Is>
  std::string_view take_while(Is is) {
    const auto end = std::find_if_not(left_.begin(), left_.end(), is);
    const auto taken = left_.substr(0, static_cast<std::size_t>(end - left_.begin()));
    left_.remove_prefix(taken.size());
    return taken;
  }

  bool take(char one) {
    if (!left_.starts_with(one))
      return false;
    left_.remove_prefix(1);
    return true;
  }

  bool take_blanks() {
    return !take_while([](char one) { return one == ' ' || one == '\t'; }).empty();
  }

  bool take_attribute() {
    if (left_.empty() ||
        (!is_letter(left_.front()) && left_.front() != '_' && left_.front() != ':'))
      return false;
    take_while([](char one) { return is_in_name(one) || one == '_' || one == '.' || one == ':'; });
    const auto behind_name = left_;
    take_blanks();
    if (!take('=')) {
      left_ = behind_name; // the blanks part it from the next
      return true;
    }
    take_blanks();
    for (const char quote : {'"', '\''})
      if (take(quote))
        return take_while([=](char one) { return one != quote; }), take(quote);
    return !take_while([](char one) {
              return std::string_view{" \t\"'=<>`"}.find(one) == std::string_view::npos;
            }).empty();
  }

  std::string_view left_;
};

bool begins_block_tag(std::string_view behind_bracket) {
  if (behind_bracket.starts_with('/'))
    behind_bracket.remove_prefix(1);
  const auto name = tag{behind_bracket}.take_name();
  const auto after = behind_bracket.substr(name.size());
  return std::binary_search(block_tags.begin(), block_tags.end(), lower(name)) &&
         (after.empty() || after.starts_with(' ') || after.starts_with('\t') ||
          after.starts_with('>') || after.starts_with("/>"));
}

bool begins_raw_tag(std::string_view behind_bracket) {
  const auto name = tag{behind_bracket}.take_name();
  const auto after = behind_bracket.substr(name.size());
  return std::find(raw_tags.begin(), raw_tags.end(), lower(name)) != raw_tags.end() &&
         (after.empty() || after.find_first_of(" \t>") == 0);
}

} // namespace

int html_begun_by(std::string_view line, bool follows_paragraph) {
  if (!line.starts_with('<'))
    return 0;
  const auto rest = line.substr(1);
  if (begins_raw_tag(rest))
    return 1;
  if (rest.starts_with("!--"))
    return 2;
  if (rest.starts_with('?'))
    return 3;
  if (rest.starts_with("![CDATA["))
    return 5;
  if (rest.size() > 1 && rest[0] == '!' && is_letter(rest[1]))
    return 4;
  if (begins_block_tag(rest))
    return 6;
  return !follows_paragraph && tag{rest}.is_whole() ? 7 : 0;
}

std::string_view html_end(int kind) {
  static constexpr std::array<std::string_view, 6> ends{"", "</pre>", "-->", "?>", ">", "]]>"};
  return kind < static_cast<int>(ends.size()) ? ends[static_cast<std::size_t>(kind)] : "";
}

bool html_ends_in(std::string_view line, int kind) {
  const auto has = [&](std::string_view what) { return line.find(what) != line.npos; };
  if (kind == 1) { // by any of them
    const auto all = lower(line);
    return std::any_of(raw_tags.begin(), raw_tags.end(), [&](std::string_view name) {
      return all.find("</" + std::string{name} + ">") != all.npos;
    });
  }
  return !html_end(kind).empty() && has(html_end(kind));
}

} // namespace notebook_example
