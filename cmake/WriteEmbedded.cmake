# SPDX-License-Identifier: Apache-2.0
# The file as one raw string literal. The compiler does the escaping; only the delimiter must not occur in the text.
file(READ "${INPUT}" content)
string(FIND "${content}" ")graduand\"" clash)
if(NOT clash EQUAL -1)
  message(FATAL_ERROR "${INPUT} holds the delimiter of the literal that it becomes")
endif()
file(WRITE "${OUTPUT}" "#include <string_view>
namespace graduand::embedded {
extern const std::string_view ${SYMBOL};
constexpr char text[] = R\"graduand(${content})graduand\";
const std::string_view ${SYMBOL}{text, sizeof(text) - 1};
}  // namespace graduand::embedded
")
