# Builds and installs libsync where CAF is missing, and a project outside the tree against that.
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
set(hidden -D CMAKE_DISABLE_FIND_PACKAGE_CAF=ON)

# Tests, examples and benchmarks are on. What needs CAF is left out, and it is said.
# Nothing is built, so only headers are installed.
set(tree ${configure} -S ${source} -B ${scratch}/tree ${hidden} -D LIBSYNC_SQLITE=OFF
  -D LIBSYNC_REDIS=OFF)
run_fails("libsync: the component actors needs CAF, which is not found."
  ${tree} -D LIBSYNC_ACTORS=ON)
run(${tree} -D LIBSYNC_ACTORS=AUTO)
if(NOT output MATCHES "libsync: the component actors is left out, since CAF is not found")
  message(FATAL_ERROR "expected that CAF is missing: ${output}")
endif()
run(${CMAKE_COMMAND} --install ${scratch}/tree --prefix ${scratch}/prefix)
file(GLOB_RECURSE actors ${scratch}/prefix/*actors*)
if(actors)
  message(FATAL_ERROR "installed although CAF is missing: ${actors}")
endif()

set(outside ${configure} -S ${CMAKE_CURRENT_LIST_DIR} -B ${scratch}/build
  -D CMAKE_PREFIX_PATH=${scratch}/prefix ${hidden})
run(${outside} -D components=testing)
run(${CMAKE_COMMAND} --build ${scratch}/build)
run_prints("1 2\n" ${scratch}/build/values)
run_prints("100 passed\n" ${scratch}/build/laws)
run_fails("libsync was installed without its component actors." ${outside} -D components=actors)
