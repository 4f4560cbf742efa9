# Writes OUT: a C++ source that defines pagePart(name) for the files of PARTS (a list), as arrays of bytes.
set(text "// Made from report/page by embed.cmake.\n#include <map>\n#include <string>\n\n#include \"profiler/report/page.h\"\n\nnamespace burrow::profiler {\n\nstd::string pagePart(const std::string& name) {\n")
foreach(part ${PARTS})
  get_filename_component(name ${part} NAME)
  # In hexadecimal digits: nothing of it can be mistaken for syntax of CMake or C++.
  file(READ ${part} hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR bytes "${digits} / 2")
  string(REGEX REPLACE "(................................................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  string(APPEND text "  if (name == \"${name}\") {\n    static const unsigned char kBytes[] = {\n${hex}\n    };\n    return std::string(reinterpret_cast<const char*>(kBytes), ${bytes});\n  }\n")
endforeach()
string(APPEND text "  return {};\n}\n\n}  // namespace burrow::profiler\n")
file(WRITE ${OUT} "${text}")
