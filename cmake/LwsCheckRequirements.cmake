# What a CMakeLists.txt written for libwebsockets asks of it before it builds
# its programs. It sets `requirements` to 1 and then calls these macros.

# The macros below keep the policies that they are written under, whatever older
# ones the project that includes this file has asked for.
cmake_policy(PUSH)
cmake_policy(VERSION 3.16)

# They are there already for programs that come with this file.
include(CheckIncludeFile)
include(CheckCSourceCompiles)

set(requirements 1)

# Of a program that is built on its own, an unmet requirement is an error; of
# one built among the examples of the library, it means that it is left out.
# Only for `requirements` itself: any other variable is how a program finds out
# what it may use, so that one is set to 0 and the configuration goes on.
macro(relws_requirement_unmet relws_result relws_why)
	if(LWS_WITH_MINIMAL_EXAMPLES)
		message(STATUS "${PROJECT_NAME} is left out: ${relws_why}")
	elseif("${relws_result}" STREQUAL "requirements")
		message(FATAL_ERROR "${PROJECT_NAME} cannot be built: ${relws_why}")
	endif()
	set(${relws_result} 0)
endmacro()

# The library must have been built with (_val 1) or without (_val 0) the option
# reqconfig, as its lws_config.h tells. Sets HAS_<reqconfig> to 1 or 0.
macro(require_lws_config reqconfig _val result)
	set(HAS_${reqconfig} 0)
	set(relws_config_found 0)
	foreach(relws_dir ${LIBWEBSOCKETS_INCLUDE_DIRS})
		if(NOT relws_config_found AND EXISTS "${relws_dir}/lws_config.h")
			set(relws_config_found 1)
			file(STRINGS "${relws_dir}/lws_config.h" relws_defined
				REGEX "^[ \t]*#[ \t]*define[ \t]+${reqconfig}([ \t].*)?$")
			if(relws_defined)
				set(HAS_${reqconfig} 1)
			endif()
		endif()
	endforeach()
	if(NOT relws_config_found)
		message(FATAL_ERROR "no lws_config.h in \"${LIBWEBSOCKETS_INCLUDE_DIRS}\"")
	endif()
	if("${_val}" AND NOT HAS_${reqconfig})
		relws_requirement_unmet("${result}" "libwebsockets was built without ${reqconfig}")
	elseif(NOT "${_val}" AND HAS_${reqconfig})
		relws_requirement_unmet("${result}" "libwebsockets was built with ${reqconfig}")
	endif()
endmacro()

# The system must have POSIX threads. Sets PTHREAD_LIB to what to link with.
macro(require_pthreads result)
	check_include_file(pthread.h LWS_HAVE_PTHREAD_H)
	if(LWS_HAVE_PTHREAD_H)
		set(PTHREAD_LIB -lpthread)
	else()
		relws_requirement_unmet("${result}" "there is no pthread.h")
	endif()
endmacro()

# Leases a resource that test runs share, from a service that only
# libwebsockets' own test farm runs: there is nothing to lease here.
macro(sai_resource SR_NAME SR_AMOUNT SR_LEASE SR_SCOPE)
endmacro()

cmake_policy(POP)
