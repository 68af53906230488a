# What the scripts beside this one share. They are run by tests/CMakeLists.txt, which defines source
# and binary (the project), scratch (a folder to write to), generator, compiler, launcher and flags.

cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${scratch})
file(MAKE_DIRECTORY ${scratch})
set(configure ${CMAKE_COMMAND} -G "${generator}" -D CMAKE_CXX_COMPILER=${compiler}
  -D CMAKE_CXX_COMPILER_LAUNCHER=${launcher} -D CMAKE_CXX_FLAGS=${flags})

# Runs a command, and leaves what it printed in `output`.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(failed)
    message(FATAL_ERROR "${ARGN}\n${out}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

# Runs a command that must print just `expected`.
function(run_prints expected)
  run(${ARGN})
  if(NOT output STREQUAL expected)
    message(FATAL_ERROR "${ARGN}\nprinted: ${output}")
  endif()
endfunction()

# What main.cpp prints.
string(CONCAT printed_by_main "accepted as version 1\n5\n"
  "this thread must not wait, since it runs a function that reads a session: "
  "observe the changes instead; it is at version 1, before version 2\n")

# Asks pkg-config about what is installed below `prefix`.
find_program(pkg_config NAMES pkg-config pkgconf)
function(ask_pkg_config result prefix)
  file(GLOB_RECURSE file ${prefix}/*/libsync.pc)
  cmake_path(GET file PARENT_PATH directory)
  run(${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${directory} ${pkg_config} ${ARGN})
  separate_arguments(answer UNIX_COMMAND "${output}")
  # A program finds shared libraries where they were linked.
  foreach(flag IN LISTS answer)
    if(flag MATCHES "^-L(.+)")
      list(APPEND answer "-Wl,-rpath,${CMAKE_MATCH_1}")
    endif()
  endforeach()
  set(${result} ${answer} PARENT_SCOPE)
endfunction()

# Runs a command that must fail with `sentence`, wherever its lines are broken.
function(run_fails sentence)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE out ERROR_VARIABLE out)
  string(REGEX REPLACE "[ \n]+" " " words "${out}")
  string(FIND "${words}" "${sentence}" at)
  if(NOT failed OR at EQUAL -1)
    message(FATAL_ERROR "${ARGN}\nexpected that this fails with: ${sentence}\n${out}")
  endif()
endfunction()
