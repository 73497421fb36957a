# The options, named as libwebsockets names its own: how it is built, from here;
# what is built, from options.list.

option(LWS_WITH_SHARED "Build the shared library" ON)
option(LWS_WITH_STATIC "Build the static library" ON)
option(LWS_WITHOUT_TESTAPPS "Leave out the C tests" OFF)
option(LWS_WITH_MINIMAL_EXAMPLES "Build the examples" ${RELWS_TOP_LEVEL})

if(RELWS_TOP_LEVEL AND NOT LWS_WITHOUT_TESTAPPS)
	option(LWS_BUILD_TESTS "Build the C tests" ON)
else()
	option(LWS_BUILD_TESTS "Build the C tests" OFF)
endif()

# options.list says what the library consists of; its head says how to read it.
set(relws_list "${CMAKE_CURRENT_SOURCE_DIR}/options.list")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${relws_list}")
set(RELWS_FEATURE_OPTIONS)	# the switches
set(RELWS_ALWAYS)		# what is in every library
set(RELWS_SIZE_LIMIT 0)		# KiB of the stripped library
set(RELWS_CONFIG_MACROS "")	# for lws_config.h
# How lws names the opposite of one of the switches.
if(LWS_WITHOUT_EXTENSIONS)
	set(LWS_WITH_EXTENSIONS OFF)
endif()
file(STRINGS "${relws_list}" relws_lines REGEX "^[^#]")
foreach(line IN LISTS relws_lines)
	if(line MATCHES "^switch (LWS_[A-Z0-9_]+) [A-Z0-9_]+ ([0-9]+) ([^ ]+) (.+)$")
		set(name "${CMAKE_MATCH_1}")
		set(relws_kib "${CMAKE_MATCH_2}")
		set(RELWS_USES_${name} "${CMAKE_MATCH_3}")
		option(${name} "${CMAKE_MATCH_4}" ON)
		foreach(other IN LISTS RELWS_NEEDS_${name})
			if(${name} AND NOT ${other})
				message(STATUS "${name}=OFF: it needs ${other}")
				set(${name} OFF)
			endif()
		endforeach()
		list(APPEND RELWS_FEATURE_OPTIONS ${name})
		if(${name})
			math(EXPR RELWS_SIZE_LIMIT "${RELWS_SIZE_LIMIT} + ${relws_kib}")
			string(APPEND RELWS_CONFIG_MACROS "#define ${name}\n")
		else()
			string(APPEND RELWS_CONFIG_MACROS "/* #undef ${name} */\n")
		endif()
	elseif(line MATCHES "^needs (LWS_[A-Z0-9_]+) (LWS_[A-Z0-9_]+)$")
		list(APPEND RELWS_NEEDS_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
	elseif(line MATCHES "^always (LWS_[A-Z0-9_]+) ")
		list(APPEND RELWS_ALWAYS ${CMAKE_MATCH_1})
		string(APPEND RELWS_CONFIG_MACROS "#define ${CMAKE_MATCH_1}\n")
	elseif(line MATCHES "^alias (LWS_[A-Z0-9_]+) ")
		list(APPEND RELWS_ALWAYS ${CMAKE_MATCH_1})
	elseif(line MATCHES "^base ([0-9]+) ")
		math(EXPR RELWS_SIZE_LIMIT "${RELWS_SIZE_LIMIT} + ${CMAKE_MATCH_1}")
	else()
		message(FATAL_ERROR "options.list: cannot read the line \"${line}\"")
	endif()
endforeach()
# LwsCheckRequirements looks for the line, whatever stands around it.
if(NOT LWS_WITH_EXTENSIONS)
	string(APPEND RELWS_CONFIG_MACROS "#define LWS_WITHOUT_EXTENSIONS\n")
endif()
foreach(name IN LISTS RELWS_ALWAYS)
	if(DEFINED ${name} AND NOT ${name})
		message(STATUS "${name}=${${name}}: it is built all the same, there is no library without it")
	endif()
endforeach()

if(NOT LWS_WITH_SHARED AND NOT LWS_WITH_STATIC)
	message(FATAL_ERROR "LWS_WITH_SHARED and LWS_WITH_STATIC are both OFF: nothing is left to build")
endif()

# An option of libwebsockets that is asked for and cannot be had ends the
# configuration here: a library that lacks what its builder asked for would
# only be found out by its users. LWS_WITHOUT_... asks for nothing, LWS_HAVE_...
# is what CMake's own checks leave behind, and the others say how libwebsockets
# builds its own tree.
set(RELWS_HARMLESS
	LWS_WITH_SHARED LWS_WITH_STATIC LWS_WITH_MINIMAL_EXAMPLES LWS_BUILD_TESTS
	LWS_STATIC_PIC LWS_LINK_TESTAPPS_DYNAMIC LWS_SUPPRESS_DEPRECATED_API_WARNINGS
	LWS_CMAKE_DIR ${RELWS_FEATURE_OPTIONS} ${RELWS_ALWAYS})
get_cmake_property(relws_names VARIABLES)
foreach(name IN LISTS relws_names)
	if(NOT name MATCHES "^LWS_" OR name MATCHES "^LWS_(WITHOUT|HAVE)_"
			OR name IN_LIST RELWS_HARMLESS
			OR (name STREQUAL "LWS_MAX_SMP" AND "${${name}}" STREQUAL "1"))
		continue()
	endif()
	string(TOUPPER "${${name}}" relws_value)
	if(relws_value MATCHES "^(ON|YES|TRUE|Y)$" OR relws_value MATCHES "^[0-9]*[1-9][0-9]*$")
		message(FATAL_ERROR "${name}=${${name}} asks for something that is not built yet; "
			"configure with -D${name}=OFF")
	endif()
endforeach()

# A single-configuration generator without a build type would build neither
# optimised nor for debugging.
get_property(relws_multi GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(RELWS_TOP_LEVEL AND NOT relws_multi AND NOT CMAKE_BUILD_TYPE)
	set(CMAKE_BUILD_TYPE Release CACHE STRING
		"Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()
