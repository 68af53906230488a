# Checks what no compiler does. Run from the root of the project:
#   cmake -P cmake/CheckSources.cmake

cmake_minimum_required(VERSION 3.25)

file(GLOB_RECURSE sources RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}
  libsync/*.hpp json/*.hpp sqlite/*.hpp sqlite/*.cpp redis/*.hpp redis/*.cpp
  network/*.hpp network/*.cpp
  tools/*.hpp tools/*.cpp
  actors/*.hpp actors/*.cpp
  testing/*.hpp testing/*.cpp examples/*.hpp examples/*.cpp tests/*.hpp tests/*.cpp
  benchmarks/*.hpp benchmarks/*.cpp)
file(GLOB_RECURSE others RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}
  *.md CMakeLists.txt cmake/*.cmake tests/*.cmake scripts/* packaging/*)
list(FILTER others EXCLUDE REGEX "^build/")
list(LENGTH sources count)
if(count LESS 40)
  message(FATAL_ERROR "only ${count} sources are found: this must run at the root of the project")
endif()

set(failures "")
macro(complain place text)
  list(APPEND failures "${place}: ${text}")
endmacro()

# Reads a file as a list of lines, whatever characters it has.
function(read_lines file result)
  file(READ ${file} content)
  string(REPLACE "[" "(" content "${content}")
  string(REPLACE "]" ")" content "${content}")
  string(REPLACE ";" "," content "${content}")
  string(REPLACE "\\" "/" content "${content}")
  string(REPLACE "\n" ";" content "${content}")
  set(${result} "${content}" PARENT_SCOPE)
endfunction()

# Values know no actors, threads, sockets, files or clocks. JSON is for the component json alone.
set(unknown_to_values
  "caf/|thread|mutex|condition_variable|future|latch|fstream|iostream|chrono|sys/|unistd")
set(json "nlohmann|libsync/json/")
# Who uses servers and sessions alone does not pay for CAF's headers: only these include them.
set(knows_caf "libsync/(caf[.]hpp|stored_inspect[.]hpp|actors/(detail/caf/|\
(behavior|config|embedded_client|flow|handles|inspect(_[a-z]+)?|messages)[.]hpp))")
# Parameters, locals, members and functions; not what a comment says of "the version at which".
set(when_called_at
  "[^A-Za-z_](version|revision|stamp|Timestamp|timestamp|time_point)( |& )at( =|[=,;(){])")
# The public headers of other components use these internals of the values: places in values,
# checksums and parts of stored boxes, what was thrown, shared values, and a session's shared copy.
set(shared_among_components "#include \"libsync/\
(detail/(brief_lock|crc32|path|shared|thrown|client/shared_copy)|\
statebox/detail/box_parts)[.]hpp\"")
foreach(file ${sources})
  file(READ ${file} content)
  # Only who stores values by `inspect` includes this one.
  if(file MATCHES "^(libsync|actors)/" AND NOT file MATCHES "/stored_inspect[.]hpp$"
      AND content MATCHES "#include [<\"](${json})")
    complain(${file} "the library itself includes JSON")
  endif()
  if(file MATCHES "^(libsync|json|testing/include)/")
    if(NOT file STREQUAL "libsync/include/libsync/clock.hpp"
        AND content MATCHES "#include [<\"]((${unknown_to_values})[^>\"]*)")
      complain(${file} "the value layer includes ${CMAKE_MATCH_1}")
    endif()
    if(content MATCHES "libsync/actors|caf::")
      complain(${file} "the value layer knows of actors")
    endif()
  elseif(file MATCHES "^(sqlite|redis|tools)/"
      AND content MATCHES "#include [<\"](libsync/)?(actors|caf|testing)[/.]|caf::")
    complain(${file} "what is kept in files knows of actors: ${CMAKE_MATCH_0}")
  elseif(file MATCHES "^(actors|sqlite|redis|network)/"
      AND content MATCHES "#include \"(support|examples)")
    complain(${file} "the library includes what is built on it")
  endif()
  if(file MATCHES "^actors/include/" AND NOT file MATCHES "^actors/include/${knows_caf}"
      AND content MATCHES "#include [<\"]((caf/|${knows_caf})[^>\"]*)")
    complain(${file} "includes ${CMAKE_MATCH_1}, and so CAF, which not everybody who uses it needs")
  endif()
  # Users need not have the headers of what keeps state in files, or encrypts.
  if(file MATCHES "/include/" AND content MATCHES "#include [<\"](sqlite3|hiredis|openssl)")
    complain(${file} "a header for users includes one of SQLite's, hiredis's or OpenSSL's")
  endif()
  if(file MATCHES "hpp$" AND NOT content MATCHES "^#pragma once\n")
    complain(${file} "expected #pragma once on the first line")
  endif()
  if(file MATCHES "/include/" AND NOT content MATCHES "^#pragma once\n\n///")
    complain(${file} "expected a line that says what it is, after #pragma once")
  endif()
  string(REGEX MATCHALL "\n" newlines "${content}")
  list(LENGTH newlines length)
  if(length GREATER 350)
    complain(${file} "${length} lines, expected at most 350")
  endif()

  # `at` is where something stands; when it is, and of which version, have names of their own.
  if(content MATCHES "${when_called_at}")
    complain(${file} "`at` names no position, expected `version`, `revision`, `time` or `when`: \
${CMAKE_MATCH_0}")
  endif()

  # `utf8` returns a string of its own, which ends with the statement.
  if(content MATCHES "(string_view [a-z_]+( = |{)|const auto& [a-z_]+ = )[^;(]*utf8\\(\\)[;}]")
    complain(${file} "looks at a string that is gone: keep what `utf8` returns: ${CMAKE_MATCH_0}")
  endif()

  # What is internal lies in a folder detail/, in namespace libsync::detail. Examples include
  # umbrella headers only, and neither they nor benchmarks name what is internal.
  # compiled.hpp instantiates what others declare, and so is in no namespace. telling.hpp defines
  # members of a public class.
  if(file MATCHES "/include/.*/detail/" AND NOT file MATCHES "/(compiled|telling)[.]hpp$"
      AND NOT content MATCHES "\nnamespace libsync::(testing::)?detail")
    complain(${file} "expected a namespace detail of libsync in a folder detail/")
  endif()
  # Of the tests, those in a folder detail/ are of what is internal, and tests/support/ may use it.
  if((file MATCHES "^(examples|benchmarks)/"
      OR (file MATCHES "^tests/" AND NOT file MATCHES "^tests/(support/|.*/detail/)"))
      AND content MATCHES "libsync::detail|libsync/[a-z/]*detail/|\"on_caf/")
    complain(${file} "names what is internal: ${CMAKE_MATCH_0}")
  endif()
  if(file MATCHES "^(actors|json|sqlite|redis|network)/include/" AND NOT file MATCHES "/detail/")
    string(REGEX REPLACE "${shared_among_components}" "" rest "${content}")
    if(rest MATCHES "#include \"(libsync/((statebox|text)/)?detail/[^\"]*)\"")
      complain(${file} "includes ${CMAKE_MATCH_1}, which is internal to another component")
    endif()
  endif()
  set(umbrellas
    "libsync|statebox|siblings|sqlite|text|undo|actors(/load)?|actors_testing|testing|caf|peers"
    "coroutine" "journal" "redis" "network")
  list(JOIN umbrellas "|" umbrellas)
  string(REGEX REPLACE "#include \"libsync/(${umbrellas})[.]hpp\"" "" rest "${content}")
  if(file MATCHES "^examples/" AND rest MATCHES "#include \"(libsync/[^\"]*)\"")
    complain(${file} "includes ${CMAKE_MATCH_1}, expected an umbrella header")
  endif()
endforeach()

# An address outlives its actor, and much of CAF does not look whether it has. What is done with
# actors is spelled in two folders; address.hpp looks, and offers watches, end_watch, hold, send and
# send_exit.
set(spelled "^actors/(src/on_caf|include/libsync/actors/detail/caf)/")
string(CONCAT unsafe "(->|[.])((de)?monitor|link_to|unlink_from|attach|attach_functor|detach)[(<]"
  "|caf::(default_attachable|anon_send_exit|monitored|linked)|[^:]send_exit[(]"
  "|actor_cast<(caf::)?(abstract_actor|actor_control_block|strong_actor_ptr|actor>|typed_actor)")
set(unsafe_in_examples "anon_send_exit[(]([^,]*(addr|source|sender|weak))")
foreach(file ${sources})
  if(NOT file MATCHES "^(actors|examples)/" OR file MATCHES "${spelled}")
    continue()
  endif()
  file(STRINGS ${file} lines)
  foreach(line IN LISTS lines)
    if(file MATCHES "^examples/" AND NOT line MATCHES "${unsafe_in_examples}")
      string(REPLACE "caf::anon_send_exit(" "" line "${line}")
    endif()
    if(line MATCHES "${unsafe}")
      complain(${file} "does by itself what must go through on_caf/address.hpp: ${CMAKE_MATCH_0}")
    endif()
  endforeach()
endforeach()

# CAF 1.x spells sending another way, so tests send by what spells it for them.
foreach(file ${sources})
  if(NOT file MATCHES "^tests/" OR file STREQUAL "tests/support/caf.hpp")
    continue()
  endif()
  file(READ ${file} content)
  if(content MATCHES "caf::(anon_send|send_as|anon_mail)[(]|anon_send[(]")
    complain(${file} "sends by ${CMAKE_MATCH_0}, expected send_to or send_from of support/caf.hpp")
  endif()
endforeach()

# Files that a build writes are none of the project's.
foreach(file ${sources} ${others})
  read_lines(${file} lines)
  set(number 0)
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    string(LENGTH "${line}" length)
    if(length GREATER 100 AND NOT file MATCHES "^tests/rejected/|md$")
      complain(${file}:${number} "${length} characters, expected at most 100")
    endif()
    if(line MATCHES "[ \t]$")
      complain(${file}:${number} "blanks at the end of the line")
    endif()
    if(line MATCHES "(TODO|FIXM)E?|XX[X]" AND NOT file STREQUAL "cmake/CheckSources.cmake")
      complain(${file}:${number} "something is left to do")
    endif()
  endforeach()
endforeach()

# Code in documents is identical to the example that it names in a comment before it:
#   <!-- examples/counter.cpp -->
file(GLOB documents RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.md docs/*.md)
foreach(document ${documents})
  file(READ ${document} rest)
  string(REGEX MATCHALL "```cpp\n" all "${rest}")
  list(LENGTH all unnamed)
  while(rest MATCHES "<!-- ((tests/)?examples/[a-z_/]+\\.(cpp|hpp|txt)) -->\n```[a-z]*\n")
    set(opening "${CMAKE_MATCH_0}")
    set(example ${CMAKE_MATCH_1})
    if(opening MATCHES "cpp\n$")
      math(EXPR unnamed "${unnamed} - 1")
    endif()
    string(FIND "${rest}" "${opening}" at)
    string(LENGTH "${opening}" length)
    math(EXPR at "${at} + ${length}")
    string(SUBSTRING "${rest}" ${at} -1 rest)
    string(FIND "${rest}" "\n```" end)
    string(SUBSTRING "${rest}" 0 ${end} block)
    string(SUBSTRING "${rest}" ${end} -1 rest)
    file(READ ${example} content)
    string(FIND "${content}" "${block}" found)
    if(found EQUAL -1)
      complain(${document} "the code of ${example} differs from the file")
    endif()
  endwhile()
  if(unnamed GREATER 0)
    complain(${document} "${unnamed} blocks of C++ do not name their example")
  endif()
endforeach()

# Each header that a document names exists: as `clock.hpp`, or, in the walk of one operation, as
# **`session`**. The changelog may name what is gone, and all may name those of CAF.
foreach(document ${documents})
  file(READ ${document} content)
  string(REGEX MATCHALL "[a-z0-9_/]+[.]hpp|[*][*]`[a-z0-9_]+`[*][*]" named "${content}")
  list(REMOVE_DUPLICATES named)
  foreach(name IN LISTS named)
    string(REGEX REPLACE "[*][*]`(.*)`[*][*]" "\\1.hpp" name "${name}")
    if(NOT document STREQUAL "CHANGELOG.md" AND NOT name MATCHES "^caf/"
        AND NOT ";${sources};" MATCHES "[/;]${name};")
      complain(${document} "no header has the name: ${name}")
    endif()
  endforeach()
endforeach()

# Each test that is named as the proof of a promise exists. A promise may have several.
file(GLOB_RECURSE tests
  tests/libsync/*.cpp tests/json/*.cpp tests/journal/*.cpp
  tests/sqlite/*.cpp tests/redis/*.cpp tests/network/*.cpp tests/testing/*.cpp tests/actors/*.cpp)
set(all_tests "")
foreach(file ${tests})
  file(READ ${file} content)
  string(REGEX REPLACE "\"\n +\"" "" content "${content}") # a name on two lines is one
  string(APPEND all_tests "${content}")
endforeach()
set(guarantees docs/guarantees.md)
file(READ ${guarantees} rest)
set(proofs 0)
while(rest MATCHES "[|,] `([^`\n]+ [^`\n]+)`(.*)")
  set(test "${CMAKE_MATCH_1}")
  set(rest "${CMAKE_MATCH_2}")
  math(EXPR proofs "${proofs} + 1")
  string(FIND "${all_tests}" "\"${test}\"" found)
  if(found EQUAL -1)
    complain(${guarantees} "no test has the name: ${test}")
  endif()
endwhile()
if(proofs LESS 35)
  complain(${guarantees} "only ${proofs} tests are named, expected at least 35")
endif()

# A newcomer reads the README to its end.
file(READ README.md content)
string(REGEX MATCHALL "\n" newlines "${content}")
list(LENGTH newlines length)
if(length GREATER 130)
  complain(README.md "${length} lines, expected at most 130")
endif()

if(failures)
  list(JOIN failures "\n" text)
  message(FATAL_ERROR "${text}")
endif()
message(STATUS "${count} sources: ok")
