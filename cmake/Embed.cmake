# SPDX-License-Identifier: Apache-2.0

# graduand_embed(<target> <file> <symbol>): the file's bytes in the target, as
#   namespace graduand::embedded { extern const std::string_view <symbol>; }
# which the using file declares itself. It is made again whenever the file changes.
function(graduand_embed target file symbol)
  cmake_path(ABSOLUTE_PATH file NORMALIZE)
  set(out "${CMAKE_BINARY_DIR}/generated/embedded/${symbol}.cc")
  set(script "${CMAKE_SOURCE_DIR}/cmake/WriteEmbedded.cmake")
  add_custom_command(OUTPUT "${out}"
    COMMAND ${CMAKE_COMMAND} -DINPUT=${file} -DSYMBOL=${symbol} -DOUTPUT=${out} -P "${script}"
    DEPENDS "${file}" "${script}" VERBATIM)
  target_sources(${target} PRIVATE "${out}")
endfunction()
