# SPDX-License-Identifier: Apache-2.0
# The revision that records carry. It is written when the build starts, not when it is configured, and only touches
# the header when it changed.
set(GRADUAND_REVISION_HEADER "${CMAKE_BINARY_DIR}/generated/graduand_revision.h")
add_custom_target(graduand_revision
  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${CMAKE_SOURCE_DIR} -DOUTPUT=${GRADUAND_REVISION_HEADER}
          -DVERSION=${PROJECT_VERSION} -P ${CMAKE_SOURCE_DIR}/cmake/WriteRevision.cmake
  BYPRODUCTS ${GRADUAND_REVISION_HEADER} VERBATIM)
