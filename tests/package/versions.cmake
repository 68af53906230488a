# Whether all packages are made of the version that CMakeLists.txt names, and tell the same of CAF.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)

function(expect file pattern)
  file(READ ${source}/${file} content)
  if(NOT content MATCHES "${pattern}")
    message(FATAL_ERROR "${file}: expected ${pattern}")
  endif()
endfunction()

file(READ ${source}/CMakeLists.txt content)
string(REGEX MATCH "project\\(libsync VERSION ([0-9.]+)" found "${content}")
set(version ${CMAKE_MATCH_1})
string(REGEX MATCH "set\\(LIBSYNC_TESTED_CAF ([0-9.]+)" found "${content}")
set(caf ${CMAKE_MATCH_1})

expect(CHANGELOG.md "\n## \\[${version}\\]")
expect(packaging/debian/changelog "^libsync \\(${version}-[0-9]+\\)")
expect(packaging/conan/conanfile.py "\"caf/${caf}\"")
file(READ ${source}/packaging/vcpkg/vcpkg.json content)
string(JSON found GET "${content}" version)
if(NOT found STREQUAL version)
  message(FATAL_ERROR "packaging/vcpkg/vcpkg.json: expected version ${version}, found ${found}")
endif()

# No package manager but Debian's is needed for the tests, so the recipe is parsed only.
find_program(python python3)
if(python)
  run(${python} -c "import ast, sys\nast.parse(open(sys.argv[1]).read())"
    ${source}/packaging/conan/conanfile.py)
endif()
