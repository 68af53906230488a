# Installs to a scratch prefix, and builds and runs a project outside the tree against that.

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE failed OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(failed)
    message(FATAL_ERROR "${ARGN}\n${out}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${scratch})
run(${CMAKE_COMMAND} --install ${binary} --prefix ${scratch}/prefix)
run(${CMAKE_COMMAND} -S ${source} -B ${scratch}/build -G ${generator}
  -D CMAKE_PREFIX_PATH=${scratch}/prefix -D CMAKE_CXX_FLAGS=${flags}
  -D CMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=ON)
run(${CMAKE_COMMAND} --build ${scratch}/build)
run(${scratch}/build/outside)
if(NOT output STREQUAL "accepted as version 1\n")
  message(FATAL_ERROR "unexpected output: ${output}")
endif()
run(${scratch}/build/values)
if(NOT output STREQUAL "1 2\n")
  message(FATAL_ERROR "unexpected output: ${output}")
endif()

# The component is found with what it needs, and else says what is missing.
execute_process(COMMAND ${CMAKE_COMMAND} -S ${source} -B ${scratch}/build -D with_json=ON
  RESULT_VARIABLE failed OUTPUT_VARIABLE out ERROR_VARIABLE out)
if(NOT failed OR NOT out MATCHES "component json needs[ \n]+nlohmann_json")
  message(FATAL_ERROR "expected that nlohmann_json is missing: ${out}")
endif()
run(${CMAKE_COMMAND} -S ${source} -B ${scratch}/build -D with_json=ON
  -D CMAKE_DISABLE_FIND_PACKAGE_nlohmann_json=OFF)
run(${CMAKE_COMMAND} --build ${scratch}/build --target stored)
run(${scratch}/build/stored)
if(NOT output STREQUAL "1 2\n")
  message(FATAL_ERROR "unexpected output: ${output}")
endif()
