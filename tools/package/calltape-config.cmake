# find_package(calltape) gives the target calltape::calltape: what links with it is compiled for tracing, with the flags
# that `calltape cflags` tells for its compiler, and holds the runtime.
get_filename_component(_calltape_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

function(_calltape_options variable compiler)
  execute_process(COMMAND "${_calltape_prefix}/bin/calltape" cflags "${compiler}"
    OUTPUT_VARIABLE flags ERROR_VARIABLE error RESULT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "calltape: ${error}")
  endif()
  separate_arguments(flags)
  # A comma within a generator expression would end it.
  string(REPLACE "," "$<COMMA>" flags "${flags}")
  set(${variable} "${flags}" PARENT_SCOPE)
endfunction()

if(NOT TARGET calltape::calltape)
  add_library(calltape::calltape INTERFACE IMPORTED)
  find_library(_calltape_library calltape REQUIRED NO_DEFAULT_PATH NO_CACHE
    PATHS "${_calltape_prefix}/lib" "${_calltape_prefix}/lib/calltape")
  set_target_properties(calltape::calltape PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_calltape_prefix}/include"
    INTERFACE_LINK_LIBRARIES "${_calltape_library}")
  foreach(_calltape_language C CXX Fortran)
    if(CMAKE_${_calltape_language}_COMPILER)
      _calltape_options(_calltape_flags "${CMAKE_${_calltape_language}_COMPILER}")
      set_property(TARGET calltape::calltape APPEND PROPERTY INTERFACE_COMPILE_OPTIONS
        "$<$<COMPILE_LANGUAGE:${_calltape_language}>:${_calltape_flags}>")
    endif()
  endforeach()
endif()
