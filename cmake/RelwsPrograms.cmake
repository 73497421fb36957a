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

# relws_sources(<result> <folder>): the C files of a folder. A name that begins
# with that of a subsystem (smd_, state_, ...) says that the program needs it.
function(relws_sources result folder)
	file(GLOB found CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.c")
	set(kept)
	foreach(source IN LISTS found)
		get_filename_component(name "${source}" NAME_WE)
		string(REGEX REPLACE "[-_].*" "" subsystem "${name}")
		# lws_system_... is about the system state
		string(REGEX REPLACE "^system$" "state" subsystem "${subsystem}")
		string(TOUPPER "LWS_WITH_SYS_${subsystem}" option)
		if(option IN_LIST RELWS_FEATURE_OPTIONS AND NOT ${option})
			message(STATUS "${folder}/${name}.c is left out: ${option} is OFF")
		else()
			list(APPEND kept "${source}")
		endif()
	endforeach()
	set(${result} ${kept} PARENT_SCOPE)
endfunction()
