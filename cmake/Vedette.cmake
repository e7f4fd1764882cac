# The whole build vocabulary: vd_module, vd_library, vd_example, vd_generated, vd_test, vd_fuzz_targets, vd_oracle, vd_cases.

# vd_module(NAME DEPS a b LIBS x): every src/NAME/**.{c,cc} is the module; includes are
# checked so that a folder can only reach the folders it declares.
function(vd_module name)
  cmake_parse_arguments(M "" "" "DEPS;LIBS" ${ARGN})
  file(GLOB_RECURSE srcs CONFIGURE_DEPENDS src/${name}/*.c src/${name}/*.cc src/${name}/*.h)
  foreach(src ${srcs})
    file(STRINGS ${src} includes REGEX "^#include \"[a-z]+/")
    foreach(inc ${includes})
      string(REGEX REPLACE "^#include \"([a-z]+)/.*" "\\1" dep "${inc}")
      if(NOT dep IN_LIST M_DEPS AND NOT dep STREQUAL name)
        message(FATAL_ERROR "${src}: '${name}' may not include '${dep}' (declare it in DEPS)")
      endif()
    endforeach()
  endforeach()
  add_library(vd_${name} STATIC ${srcs})
  target_include_directories(vd_${name} PUBLIC src)
  list(TRANSFORM M_DEPS PREPEND vd_)
  target_link_libraries(vd_${name} PUBLIC ${M_DEPS} ${M_LIBS} PRIVATE vd_flags PkgConfig::XXHASH)
endfunction()

# libvedette.so: what include/vedette.h declares, over the modules it needs; for pkg-config too.
function(vd_library)
  target_include_directories(vd_api PUBLIC include)
  add_library(libvedette SHARED $<TARGET_OBJECTS:vd_api>)
  target_link_libraries(libvedette PRIVATE vd_graph)
  target_include_directories(libvedette INTERFACE include)
  target_link_options(libvedette PRIVATE -Wl,--version-script=${CMAKE_SOURCE_DIR}/src/api/exports.map)
  set_target_properties(libvedette PROPERTIES OUTPUT_NAME vedette VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR} PUBLIC_HEADER include/vedette.h LINK_DEPENDS
    ${CMAKE_SOURCE_DIR}/src/api/exports.map)
  configure_file(cmake/vedette.pc.in vedette.pc @ONLY)
  install(TARGETS libvedette)
  install(FILES ${CMAKE_BINARY_DIR}/vedette.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

# vd_example(NAME): examples/api/NAME.c is built as strict C99 against the shared library, and as
# C++, and tests/api_example.sh runs it on the facts of the tests.
function(vd_example name)
  add_executable(example_${name} examples/api/${name}.c)
  set_target_properties(example_${name} PROPERTIES C_STANDARD 99 C_EXTENSIONS OFF)
  target_compile_options(example_${name} PRIVATE -Wall -Wextra -Wpedantic)
  target_link_libraries(example_${name} PRIVATE libvedette)
  add_library(example_${name}_cxx OBJECT ${CMAKE_BINARY_DIR}/example_${name}.cc)
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/example_${name}.cc
    CONTENT "#include \"${CMAKE_SOURCE_DIR}/examples/api/${name}.c\"\n")
  target_compile_options(example_${name}_cxx PRIVATE -Wall -Wextra -Wpedantic)
  target_include_directories(example_${name}_cxx PRIVATE include)
  add_test(NAME example_${name} COMMAND ${CMAKE_SOURCE_DIR}/tests/api_example.sh
    $<TARGET_FILE:vedette> $<TARGET_FILE:example_${name}> $<TARGET_FILE:libvedette>)
endfunction()

# vd_made(FILE VERB...): FILE in the build folder is what the built program prints for VERB.
function(vd_made file)
  add_custom_command(OUTPUT ${file} DEPENDS vedette VERBATIM
    COMMAND vedette ${ARGN} > ${CMAKE_BINARY_DIR}/${file})
endfunction()

# What ships beside the program, made by the program, and where all of it is installed.
function(vd_generated)
  file(GLOB facts CONFIGURE_DEPENDS facts/*.tsv facts/curated/*.tsv)
  add_custom_command(OUTPUT knowledge.db DEPENDS vedette ${facts} VERBATIM
    COMMAND vedette facts compile --from ${CMAKE_SOURCE_DIR}/facts
      --output ${CMAKE_BINARY_DIR}/knowledge.db)
  vd_made(vedette.1 manual)
  vd_made(vedette.bash completion bash)
  vd_made(_vedette completion zsh)
  set(made knowledge.db vedette.1 vedette.bash _vedette)
  add_custom_target(generated ALL DEPENDS ${made})
  list(TRANSFORM made PREPEND ${CMAKE_BINARY_DIR}/)
  list(GET made 0 knowledge)
  list(GET made 1 manual)
  list(GET made 2 bash)
  list(GET made 3 zsh)
  install(TARGETS vedette)
  install(FILES ${knowledge} DESTINATION ${CMAKE_INSTALL_DATADIR}/vedette)
  install(FILES ${manual} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${bash} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME vedette)
  install(FILES ${zsh} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
endfunction()

# vd_test(MODULE): tests/test_MODULE_*.c each become one ctest, run from the source folder.
function(vd_test module)
  file(GLOB srcs CONFIGURE_DEPENDS tests/test_${module}_*.c)
  foreach(src ${srcs})
    cmake_path(GET src STEM t)
    add_executable(${t} ${src})
    target_include_directories(${t} PRIVATE tests)
    target_link_libraries(${t} PRIVATE vd_${module} vd_flags PkgConfig::CRITERION)
    add_test(NAME ${t} COMMAND ${t} --timeout 60 -j1 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endforeach()
endfunction()

# vd_fuzz(NAME SOURCE MODULE): with -DVD_FUZZ=ON a libFuzzer binary, otherwise a replay of
# fuzz/corpus/NAME in ctest. VD_FUZZ_NAME tells a shared source which registry entry it drives.
function(vd_fuzz name source module)
  add_executable(fuzz_${name} ${source})
  target_compile_definitions(fuzz_${name} PRIVATE VD_FUZZ_NAME="${name}")
  target_link_libraries(fuzz_${name} PRIVATE vd_${module} vd_flags)
  if(VD_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE fuzz/replay.c)
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${CMAKE_SOURCE_DIR}/fuzz/corpus/${name})
  endif()
endfunction()

# vd_fuzz_registry(DEF SOURCE MODULE [PREFIX]): one target PREFIXNAME per line WORD(NAME, ...).
function(vd_fuzz_registry def source module)
  if(NOT EXISTS ${CMAKE_SOURCE_DIR}/${def})
    return()
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${def})
  file(STRINGS ${def} lines REGEX "^[A-Z_]+\\(")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^[A-Z_]+\\(([a-z0-9_]+).*" "\\1" name "${line}")
    vd_fuzz(${ARGV3}${name} ${source} ${module})
  endforeach()
endfunction()

# Stand-alone targets are fuzz/MODULE/NAME.c; registries add one target a line.
function(vd_fuzz_targets)
  foreach(module base format graph package risk inspect feed scan report)
    file(GLOB srcs CONFIGURE_DEPENDS fuzz/${module}/*.c)
    foreach(src ${srcs})
      cmake_path(GET src STEM name)
      vd_fuzz(${name} ${src} ${module})
    endforeach()
  endforeach()
  vd_fuzz_registry(src/package/manifests.def fuzz/manifest.c package)
  vd_fuzz_registry(src/feed/feeds.def fuzz/feed.c feed)
  vd_fuzz_registry(src/inspect/formats.def fuzz/model.c inspect model_)
endfunction()

# vd_oracle(NAME SCRIPT MODULE): tests/oracle/SCRIPT.py compares the program NAME (NAME.c beside it)
# with an outside truth; status 77 of the script means that this truth is not installed here.
function(vd_oracle name script module)
  if(NOT TARGET oracle_${name})
    add_executable(oracle_${name} tests/oracle/${name}.c)
    target_link_libraries(oracle_${name} PRIVATE vd_${module} vd_flags)
  endif()
  add_test(NAME oracle_${script} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    COMMAND /usr/bin/python3 tests/oracle/${script}.py $<TARGET_FILE:oracle_${name}>)
  set_tests_properties(oracle_${script} PROPERTIES SKIP_RETURN_CODE 77)
endfunction()

# Every folder of tests/cases is a ctest of its own, run with the program just built.
function(vd_cases)
  file(GLOB cases CONFIGURE_DEPENDS tests/cases/*/args)
  foreach(args ${cases})
    cmake_path(GET args PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    add_test(NAME case_${name} COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/tests/cases/run
      --vedette $<TARGET_FILE:vedette> ${name})
  endforeach()
  foreach(script update kill)
    add_test(NAME ${script} COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/tests/${script}.py
      $<TARGET_FILE:vedette>)
  endforeach()
  add_test(NAME docs_model_checks COMMAND ${CMAKE_SOURCE_DIR}/tests/same_text.sh
    ${CMAKE_SOURCE_DIR}/docs/model-checks.md $<TARGET_FILE:vedette> model checks --format markdown)
  add_test(NAME install COMMAND ${CMAKE_SOURCE_DIR}/tests/install.sh ${CMAKE_COMMAND} ${CMAKE_BINARY_DIR})
endfunction()

# vd_bench(NAME MODULE): bench/NAME.c as the program bench_NAME, built on request only.
function(vd_bench name module)
  add_executable(bench_${name} EXCLUDE_FROM_ALL bench/${name}.c)
  target_link_libraries(bench_${name} PRIVATE vd_${module} vd_flags)
endfunction()
