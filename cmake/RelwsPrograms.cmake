# How the examples and the tests are compiled: what a user's program may be
# held to, the library's headers are held to.

find_package(Threads REQUIRED)

set(RELWS_WARNINGS -Wall -Wextra -Wconversion -Wsign-compare -Werror)

if(TARGET websockets_shared)
	set(RELWS_LIBRARY websockets_shared)
else()
	set(RELWS_LIBRARY websockets)
endif()

# relws_program(<target> <source>...): a C99 program that uses the library.
function(relws_program target)
	add_executable(${target} ${ARGN})
	set_target_properties(${target} PROPERTIES
		C_STANDARD 99 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
	# POSIX, which -std=c99 alone hides; empty, as a source that says it defines it
	target_compile_definitions(${target} PRIVATE "_GNU_SOURCE=")
	target_compile_options(${target} PRIVATE ${RELWS_WARNINGS})
	target_link_libraries(${target} PRIVATE ${RELWS_LIBRARY} Threads::Threads)
endfunction()

# relws_sources(<result> <folder>): the C files of a folder, without those that
# use a subsystem that is off.
function(relws_sources result folder)
	file(GLOB found CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.c")
	set(kept)
	foreach(source IN LISTS found)
		get_filename_component(name "${source}" NAME_WE)
		set(missing)
		foreach(option IN LISTS RELWS_FEATURE_OPTIONS)
			if(NOT ${option})
				file(STRINGS "${source}" lines LIMIT_COUNT 1 REGEX "${RELWS_USES_${option}}")
				if(lines)
					set(missing ${option})
				endif()
			endif()
		endforeach()
		if(missing)
			message(STATUS "${folder}/${name}.c is left out: ${missing} is OFF")
		else()
			list(APPEND kept "${source}")
		endif()
	endforeach()
	set(${result} ${kept} PARENT_SCOPE)
endfunction()
