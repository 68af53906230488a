# Installs to a scratch prefix, and builds and runs a project outside the tree against that.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
set(build ${scratch}/build)
set(outside ${configure} -S ${CMAKE_CURRENT_LIST_DIR} -B ${build})

run(${CMAKE_COMMAND} --install ${binary} --prefix ${scratch}/prefix)
foreach(document README.md CHANGELOG.md LICENSE docs/design.md)
  file(GLOB found ${scratch}/prefix/share/doc/*/${document})
  if(NOT found)
    message(FATAL_ERROR "not installed: ${document}")
  endif()
endforeach()

# The values are found without what the components need. A component says what is missing.
list(APPEND outside -D CMAKE_PREFIX_PATH=${scratch}/prefix)
set(packages CAF nlohmann_json SQLite3 hiredis OpenSSL)
list(TRANSFORM packages REPLACE "(.+)" "-DCMAKE_DISABLE_FIND_PACKAGE_\\1=ON" OUTPUT_VARIABLE hidden)
set(no_caf "libsync's component actors needs CAF, the C++ Actor Framework, which is not found.")
set(no_json "libsync's component json needs nlohmann_json, which is not found.")
run(${outside} ${hidden})
run_fails("${no_caf}" ${outside} -D components=actors)
run_fails("${no_json}" ${outside} -D components=json)
run_fails("${no_caf} ${no_json}" ${outside} "-Dcomponents=actors\;json")
run_fails("${no_caf}" ${outside} -D components=load)
run_fails("libsync's component sqlite needs SQLite3, which is not found." ${outside}
  -D components=sqlite)
if(redis)
  run_fails("libsync's component redis needs hiredis, which is not found." ${outside}
    -D components=redis)
endif()
if(network)
  run_fails("libsync's component network needs OpenSSL, which is not found." ${outside}
    -D components=network -D CMAKE_DISABLE_FIND_PACKAGE_CAF=OFF)
  list(APPEND outside -D CMAKE_DISABLE_FIND_PACKAGE_CAF=ON)
endif()
run_fails("libsync has no component actor." ${outside} -D components=actor)

list(TRANSFORM hidden REPLACE "ON$" "OFF")
list(APPEND outside ${hidden})
run(${outside} "-Dcomponents=actors\;json\;load\;sqlite\;testing")
run(${CMAKE_COMMAND} --build ${build})
run_prints("10 10\n" ${build}/measured)
run_prints("1 2\n" ${build}/values)
run_prints("${printed_by_main}" ${build}/main)
run_prints("7\n" ${build}/caf)
run_prints("1 2\n" ${build}/stored)
run_prints("1 2\n" ${build}/kept ${scratch}/kept.db)
run_prints("100 passed\n" ${build}/laws)
# Nobody listens at this port; the program says so.
set(nobody "redis://127.0.0.1:1/names: no connection can be made (Connection refused)\n")
if(redis)
  run(${outside} -D components=redis)
  run(${CMAKE_COMMAND} --build ${build} --target remote)
  run_prints("${nobody}" ${build}/remote 1)
endif()
if(network)
  run(${outside} -D components=network)
  run(${CMAKE_COMMAND} --build ${build} --target published)
  run_prints("1 2\n" ${build}/published)
endif()
foreach(optional catch json rapidcheck)
  if(NOT EXISTS ${scratch}/prefix/include/libsync/testing/${optional}.hpp)
    message(FATAL_ERROR "not installed: libsync/testing/${optional}.hpp")
  endif()
endforeach()

# The program is installed if it was built.
if(EXISTS ${binary}/tools/journal/libsync-journal)
  run(${scratch}/prefix/bin/libsync-journal ${scratch}/journal.db import
    ${source}/tests/journal_tool/todo.jsonl)
  run(${scratch}/prefix/bin/libsync-journal ${scratch}/journal.db verify)
endif()

# An installed tree may be moved.
file(RENAME ${scratch}/prefix ${scratch}/moved)
list(APPEND outside -D CMAKE_PREFIX_PATH=${scratch}/moved -D components=actors)

# Another version of CAF than that which actors was compiled with is refused.
file(GLOB_RECURSE config ${scratch}/moved/*/libsync-config.cmake)
file(READ ${config} content)
string(REGEX MATCH "set\\(libsync_COMPILED_WITH_CAF ([0-9.]+)\\)" found "${content}")
set(compiled_with "${CMAKE_MATCH_1}")
set(other ${scratch}/other/lib/cmake/CAF)
file(WRITE ${other}/CAFConfig.cmake "add_library(CAF::core INTERFACE IMPORTED)\n")
file(WRITE ${other}/CAFConfigVersion.cmake
  "set(PACKAGE_VERSION 0.1.2)\nset(PACKAGE_VERSION_COMPATIBLE TRUE)\n")
set(refused "libsync's component actors was compiled with CAF ${compiled_with},")
run_fails("${refused} but CAF 0.1.2 is found." ${outside} -D CAF_DIR=${other})
list(APPEND outside -U CAF_DIR)

# If that is none of the tested ones, it is mentioned.
string(REGEX REPLACE "set\\(libsync_TESTED_CAF [^)]*\\)" "set(libsync_TESTED_CAF 0.1.2 0.1.3)"
  changed "${content}")
file(WRITE ${config} "${changed}")
run(${outside})
if(NOT output MATCHES "actors was tested with CAF 0.1.2, 0.1.3, but CAF [0-9.]+ is found")
  message(FATAL_ERROR "expected that the version of CAF is mentioned: ${output}")
endif()
file(WRITE ${config} "${content}")

# pkg-config, where it exists, tells what a compiler needs to know.
if(NOT pkg_config)
  return()
endif()
separate_arguments(flags UNIX_COMMAND "${flags}")
ask_pkg_config(libsync ${scratch}/moved --cflags --libs libsync)
run(${launcher} ${compiler} ${flags} -std=c++20 -c ${CMAKE_CURRENT_LIST_DIR}/values.cpp
  -o ${scratch}/values.o ${libsync})
run(${compiler} ${flags} ${scratch}/values.o -o ${scratch}/values ${libsync})
run_prints("1 2\n" ${scratch}/values)
# What is compiled already is only linked again.
ask_pkg_config(actors ${scratch}/moved --libs libsync-actors)
foreach(name main caf)
  file(GLOB_RECURSE object ${build}/*/${name}.cpp.o)
  run(${compiler} ${flags} ${object} -o ${scratch}/${name} ${actors})
endforeach()
run_prints("${printed_by_main}" ${scratch}/main)
run_prints("7\n" ${scratch}/caf)
ask_pkg_config(json ${scratch}/moved --cflags libsync-json)
ask_pkg_config(sqlite ${scratch}/moved --libs libsync-sqlite)
file(GLOB_RECURSE object ${build}/*/kept.cpp.o)
run(${compiler} ${flags} ${object} -o ${scratch}/kept ${sqlite})
run_prints("1 2\n" ${scratch}/kept ${scratch}/kept.db)

# What includes no more than libsync/actors.hpp is compiled without a header of CAF's.
ask_pkg_config(actors ${scratch}/moved --cflags libsync-actors)
run(${compiler} ${flags} -std=c++20 -M ${CMAKE_CURRENT_LIST_DIR}/main.cpp ${actors})
if(output MATCHES "caf/(all|config|fwd)[.]hpp")
  message(FATAL_ERROR "libsync/actors.hpp includes CAF: ${output}")
endif()
