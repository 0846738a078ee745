# SPDX-License-Identifier: Apache-2.0
# One language level, one warning level, optional sanitizers, and a compiler cache that does not care where the
# checkout lies.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(GRADUAND_CCACHE ccache)
if(GRADUAND_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
                                  ${GRADUAND_CCACHE})
endif()

# Flags that every target of ours takes; nothing of it leaks into third-party headers, which are SYSTEM.
add_library(graduand_settings INTERFACE)
target_compile_options(graduand_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror
                                                   -fno-omit-frame-pointer
  # libstdc++ 12 calls its own deprecated functions, and Clang says so where they are used.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)
target_include_directories(graduand_settings INTERFACE "${CMAKE_SOURCE_DIR}")

set(GRADUAND_SANITIZE "" CACHE STRING "Value for -fsanitize=, such as address,undefined or thread")
if(GRADUAND_SANITIZE)
  target_compile_options(graduand_settings INTERFACE -fsanitize=${GRADUAND_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(graduand_settings INTERFACE -fsanitize=${GRADUAND_SANITIZE})
endif()

# Not mold: versions before 2.4, Debian 12's among them, now and then link a program that the loader refuses
# (rui314/mold#1151). GCC finds lld only under its plain name.
find_program(GRADUAND_LLD ld.lld HINTS /usr/lib/llvm-19/bin)
if(GRADUAND_LLD)
  cmake_path(GET GRADUAND_LLD PARENT_PATH lld_folder)
  target_link_options(graduand_settings INTERFACE -fuse-ld=lld -B${lld_folder})
endif()

option(GRADUAND_TIDY "Run clang-tidy on every file" OFF)
if(GRADUAND_TIDY)
  find_program(GRADUAND_CLANG_TIDY NAMES clang-tidy-19 clang-tidy REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY ${GRADUAND_CLANG_TIDY} --quiet)
endif()
