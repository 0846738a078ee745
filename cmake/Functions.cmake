# SPDX-License-Identifier: Apache-2.0

# graduand_library(<folder> [DEPS lib...]): the *.cc of the folder and those below as the static library
# graduand_<folder>, which links only what its row in ARCHITECTURE.md allows. Folders of framework/ are named without
# the prefix in DEPS.
function(graduand_library folder)
  cmake_parse_arguments(ARG "" "" "DEPS;LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cc")
  add_library(graduand_${folder} STATIC ${sources})
  list(TRANSFORM ARG_DEPS PREPEND graduand_)
  target_link_libraries(graduand_${folder} PUBLIC graduand_settings ${ARG_DEPS} ${ARG_LINK})
endfunction()

# graduand_test(<name> [LABELS l...] [LINK lib...] [SOURCES file...] [PROPERTIES p v...]): every *.cc of the folder and
# those below in one GoogleTest program, registered case by case with ctest.
function(graduand_test name)
  cmake_parse_arguments(ARG "SERIAL" "TIMEOUT" "LABELS;LINK;SOURCES;PROPERTIES" ${ARGN})
  if(NOT ARG_SOURCES)
    file(GLOB_RECURSE ARG_SOURCES CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc")
  endif()
  if(NOT ARG_SOURCES)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(${name}_test ${ARG_SOURCES})
  target_link_libraries(${name}_test PRIVATE graduand_settings graduand_test_paths ${ARG_LINK} GTest::gmock
                                             GTest::gtest_main)
  # What is tested is optimised; the tests are compiled once and run once.
  target_compile_options(${name}_test PRIVATE $<$<CONFIG:Release>:-O0>)
  if("unit" IN_LIST ARG_LABELS)
    if(NOT TARGET unit_tests)
      add_custom_target(unit_tests)
    endif()
    add_dependencies(unit_tests ${name}_test)
  endif()
  set(properties LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT} ${ARG_PROPERTIES})
  if(ARG_SERIAL)
    list(APPEND properties RUN_SERIAL ON)
  endif()
  gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 TEST_PREFIX "${name}/"
                       PROPERTIES ${properties})
endfunction()

# Copies suites/<folder>/suite.yaml to where the program looks for it, again whenever it changes.
function(graduand_copy_suite_file folder target)
  set(out "${CMAKE_BINARY_DIR}/bin/suites/${folder}/suite.yaml")
  set(file "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/suite.yaml")
  add_custom_command(OUTPUT "${out}" COMMAND ${CMAKE_COMMAND} -E copy "${file}" "${out}" DEPENDS "${file}" VERBATIM)
  add_custom_target(${target} ALL DEPENDS "${out}")
  if(NOT TARGET all_suites)
    add_custom_target(all_suites)
  endif()
  add_dependencies(all_suites ${target})
endfunction()

# graduand_suite(<folder>): a gtest suite, as suites/<folder> beside the program with its suite.yaml.
function(graduand_suite folder)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cc")
  set(target suite_${folder})
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE graduand_settings graduand_e2e)
  set(out "${CMAKE_BINARY_DIR}/bin/suites/${folder}")
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${folder} RUNTIME_OUTPUT_DIRECTORY "${out}")
  graduand_copy_suite_file(${folder} suite_file_${folder})
  add_dependencies(${target} suite_file_${folder})
  add_dependencies(all_suites ${target})
endfunction()

# graduand_suite_file(<folder>): a suite whose program is built elsewhere: its suite.yaml alone.
function(graduand_suite_file folder)
  graduand_copy_suite_file(${folder} suite_${folder})
endfunction()
