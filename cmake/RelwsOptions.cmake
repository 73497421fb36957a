# The options, named as libwebsockets names its own. One that switches a
# subsystem is also the name of the cargo feature and of the macro in
# lws_config.h.

option(LWS_WITH_SHARED "Build the shared library" ON)
option(LWS_WITH_STATIC "Build the static library" ON)
option(LWS_WITHOUT_TESTAPPS "Leave out the C tests" OFF)
option(LWS_WITH_MINIMAL_EXAMPLES "Build the examples" ${RELWS_TOP_LEVEL})

if(RELWS_TOP_LEVEL AND NOT LWS_WITHOUT_TESTAPPS)
	option(LWS_BUILD_TESTS "Build the C tests" ON)
else()
	option(LWS_BUILD_TESTS "Build the C tests" OFF)
endif()

set(RELWS_FEATURE_OPTIONS LWS_WITH_NETLINK LWS_WITH_SYS_SMD LWS_WITH_SYS_STATE)
option(LWS_WITH_NETLINK "Routing table monitor (lws_route_)" ON)
option(LWS_WITH_SYS_SMD "System message distribution (lws_smd_)" ON)
option(LWS_WITH_SYS_STATE "State managers and the system state (lws_state_)" ON)

# Offered so that they can be listed and turned off; turned on they stop below.
set(RELWS_OPTIONS_NOT_BUILT LWS_IPV6 LWS_UNIX_SOCK)
option(LWS_IPV6 "IPv6 connections (not there yet)" OFF)
option(LWS_UNIX_SOCK "Unix domain sockets (not there yet)" OFF)

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
	LWS_WITH_NETWORK LWS_CMAKE_DIR ${RELWS_FEATURE_OPTIONS})
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
