# Has cargo make librelws.a, and makes relws.o of it. Sets
#     RELWS_OBJECT          relws.o, made by the target relws_object
#     RELWS_VERSION_SCRIPT  what the shared library exports, for the linker
#     RELWS_SYSTEM_LIBS     libraries that a program linked with relws.o needs, each as -l<name>

find_program(RELWS_CARGO cargo HINTS "$ENV{CARGO_HOME}/bin" "$ENV{HOME}/.cargo/bin" DOC "cargo")
if(NOT RELWS_CARGO)
	message(FATAL_ERROR "cargo is needed to build this library and was not found; set RELWS_CARGO")
endif()
get_filename_component(relws_cargo_bin "${RELWS_CARGO}" DIRECTORY)
find_program(RELWS_RUSTC rustc HINTS "${relws_cargo_bin}" DOC "rustc")

set(RELWS_CARGO_TARGET_DIR "${CMAKE_CURRENT_BINARY_DIR}/cargo" CACHE PATH
	"Where cargo builds; build trees may share one")
set(RELWS_CARGO_TARGET "" CACHE STRING "Rust's name of the machine to build for, when it is not this one")
if(CMAKE_CROSSCOMPILING AND NOT RELWS_CARGO_TARGET)
	message(FATAL_ERROR "RELWS_CARGO_TARGET must name the Rust target when cross-compiling")
endif()

# From the build type to cargo's profile. The variable of the environment is
# how cargo lets one profile differ without a file.
set(relws_cargo_env "CC=${CMAKE_C_COMPILER}")
if(CMAKE_BUILD_TYPE MATCHES "^[Dd][Ee][Bb][Uu][Gg]$")
	set(relws_profile dev)
	set(relws_profile_dir debug)
else()
	set(relws_profile release)
	set(relws_profile_dir release)
	string(TOUPPER "${CMAKE_BUILD_TYPE}" relws_type)
	if(relws_type STREQUAL "RELWITHDEBINFO")
		list(APPEND relws_cargo_env CARGO_PROFILE_RELEASE_DEBUG=true)
	elseif(relws_type STREQUAL "MINSIZEREL")
		list(APPEND relws_cargo_env CARGO_PROFILE_RELEASE_OPT_LEVEL=z)
	endif()
endif()

set(relws_features)
foreach(name IN LISTS RELWS_FEATURE_OPTIONS)
	if(${name})
		list(APPEND relws_features ${name})
	endif()
endforeach()
string(REPLACE ";" "," relws_features "${relws_features}")

set(relws_cargo_args
	--lib --crate-type staticlib --locked --profile ${relws_profile}
	--no-default-features "--features=${relws_features}"
	--manifest-path "${CMAKE_CURRENT_SOURCE_DIR}/Cargo.toml"
	--target-dir "${RELWS_CARGO_TARGET_DIR}")
# A panic aborts, so that nothing ever unwinds: the tables for it are left out, with those that came with
# Rust's own library. They are a tenth of the library. A build with debugging information keeps them:
# debuggers, profilers and valgrind walk the stack by them. rustc is told for this crate only, because
# build scripts do unwind, and what stands in RUSTFLAGS stays the user's.
set(relws_rustc_only)
set(relws_drop)
if(relws_profile STREQUAL "release")
	# Compiled for the least size (Cargo.toml) next to nothing is inlined, not even a borrow() of a RefCell:
	# LLVM's limit is 5 then. With 25 the library is no larger, and everything takes fewer instructions, see
	# docs/benchmarks.md. With 50 it is 4% larger.
	set(relws_rustc_only -- -C llvm-args=-inline-threshold=25)
endif()
if(relws_profile STREQUAL "release" AND NOT relws_type STREQUAL "RELWITHDEBINFO")
	list(APPEND relws_rustc_only -C force-unwind-tables=no)
	set(relws_drop --remove-section=.eh_frame "--remove-section=.gcc_except_table*")
endif()
set(relws_out "${RELWS_CARGO_TARGET_DIR}")
set(relws_rustc_args)
if(RELWS_CARGO_TARGET)
	list(APPEND relws_cargo_args --target "${RELWS_CARGO_TARGET}")
	list(APPEND relws_rustc_args --target "${RELWS_CARGO_TARGET}")
	string(APPEND relws_out "/${RELWS_CARGO_TARGET}")
endif()
set(relws_archive "${relws_out}/${relws_profile_dir}/librelws.a")

# Build trees that share one target directory overwrite each other's
# librelws.a, so that each works on a copy of its own. Cargo itself finds out
# whether there is anything to do; when there is not, the copy keeps its time
# and nothing is linked again. One crate type, because cargo does not optimise
# across crates for a library that is to be an rlib too.
set(relws_copy "${CMAKE_CURRENT_BINARY_DIR}/librelws.a")
add_custom_target(relws_cargo
	COMMAND "${CMAKE_COMMAND}" -E env ${relws_cargo_env}
		"${RELWS_CARGO}" rustc ${relws_cargo_args} ${relws_rustc_only}
	COMMAND "${CMAKE_COMMAND}" -E copy_if_different "${relws_archive}" "${relws_copy}"
	BYPRODUCTS "${relws_copy}"
	WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
	COMMENT "cargo: librelws.a"
	VERBATIM)

#
# What is exported
#

set(relws_exports_list "${CMAKE_CURRENT_SOURCE_DIR}/src/capi/exports.list")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${relws_exports_list}")
file(STRINGS "${relws_exports_list}" relws_lines)
set(RELWS_EXPORTS)
foreach(line IN LISTS relws_lines)
	string(REGEX REPLACE "#.*" "" line "${line}")
	string(STRIP "${line}" line)
	if(line STREQUAL "")
		continue()
	endif()
	if(NOT line MATCHES "^([A-Za-z_][A-Za-z0-9_]*)([ \t]+([A-Z][A-Z0-9_]*))?$")
		message(FATAL_ERROR "${relws_exports_list}: cannot read the line \"${line}\"")
	endif()
	set(relws_symbol "${CMAKE_MATCH_1}")
	set(relws_option "${CMAKE_MATCH_3}")
	if(relws_option)
		if(NOT relws_option IN_LIST RELWS_FEATURE_OPTIONS)
			message(FATAL_ERROR "${relws_exports_list}: ${relws_symbol} belongs to ${relws_option}, "
				"which is not an option")
		elseif(NOT ${relws_option})
			continue()
		endif()
	endif()
	list(APPEND RELWS_EXPORTS "${relws_symbol}")
endforeach()

# A file that changes only when its content does, so that a configuration
# without news links nothing again.
function(relws_write path content)
	if(EXISTS "${path}")
		file(READ "${path}" old)
		if(old STREQUAL content)
			return()
		endif()
	endif()
	file(WRITE "${path}" "${content}")
endfunction()

set(RELWS_VERSION_SCRIPT "${CMAKE_CURRENT_BINARY_DIR}/exports.map")
set(RELWS_EXPORTS_FILE "${CMAKE_CURRENT_BINARY_DIR}/exports.txt")
set(relws_roots "${CMAKE_CURRENT_BINARY_DIR}/exports.rsp")
string(REPLACE ";" "\n" relws_text "${RELWS_EXPORTS}")
relws_write("${RELWS_EXPORTS_FILE}" "${relws_text}\n")
string(REPLACE ";" ";\n\t" relws_text "${RELWS_EXPORTS}")
relws_write("${RELWS_VERSION_SCRIPT}" "{\nglobal:\n\t${relws_text};\nlocal:\n\t*;\n};\n")

#
# One object of it all
#

# --require-defined both pulls a symbol out of the archive and refuses to go on
# without it. Not every linker can drop unused sections and stay relocatable;
# those that cannot leave it to the link of the shared library and of programs.
# The bitcode that comes with Rust's own library is of no use in what is
# installed, and ar with LLVM's plugin stops at several pieces in one object.
set(relws_try "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/relws-try")
if(NOT DEFINED RELWS_LD_ROOT OR NOT DEFINED RELWS_LD_GC)
	file(WRITE "${relws_try}.c" "int kept(void);\nint kept(void)\n{\n\treturn 0;\n}\n")
	execute_process(COMMAND "${CMAKE_C_COMPILER}" -c -fPIC -o "${relws_try}.o" "${relws_try}.c"
		RESULT_VARIABLE relws_result)
	foreach(root require-defined=kept undefined=kept)
		foreach(gc "--gc-sections" "")
			if(NOT DEFINED RELWS_LD_ROOT AND relws_result EQUAL 0)
				execute_process(
					COMMAND "${CMAKE_LINKER}" -r ${gc} --${root} -o "${relws_try}-r.o" "${relws_try}.o"
					RESULT_VARIABLE relws_link OUTPUT_QUIET ERROR_QUIET)
				if(relws_link EQUAL 0)
					string(REPLACE "=kept" "" root_option "--${root}")
					set(RELWS_LD_ROOT "${root_option}" CACHE INTERNAL "how the linker is told what to keep")
					set(RELWS_LD_GC "${gc}" CACHE INTERNAL "how the linker is told to drop the rest")
				endif()
			endif()
		endforeach()
	endforeach()
	if(NOT DEFINED RELWS_LD_ROOT)
		message(FATAL_ERROR "the linker ${CMAKE_LINKER} cannot make a relocatable object; set CMAKE_LINKER")
	endif()
endif()

set(relws_text "")
foreach(symbol IN LISTS RELWS_EXPORTS)
	string(APPEND relws_text "${RELWS_LD_ROOT}=${symbol}\n")
endforeach()
relws_write("${relws_roots}" "${relws_text}")

set(RELWS_OBJECT "${CMAKE_CURRENT_BINARY_DIR}/relws.o")
set(relws_last_words "${CMAKE_CURRENT_BINARY_DIR}/last-words.rsp")
add_custom_command(OUTPUT "${RELWS_OBJECT}"
	COMMAND "${CMAKE_COMMAND}" "-DREADELF=${CMAKE_READELF}" "-DARCHIVE=${relws_copy}"
		"-DOUTPUT=${relws_last_words}" -P "${CMAKE_CURRENT_SOURCE_DIR}/cmake/RelwsLastWords.cmake"
	COMMAND "${CMAKE_LINKER}" -r ${RELWS_LD_GC} "@${relws_roots}" "@${relws_last_words}"
		-o "${CMAKE_CURRENT_BINARY_DIR}/relws-all.o" "${relws_copy}"
	COMMAND "${CMAKE_OBJCOPY}" "--keep-global-symbols=${RELWS_EXPORTS_FILE}"
		--remove-section=.llvmbc --remove-section=.llvmcmd ${relws_drop}
		"${CMAKE_CURRENT_BINARY_DIR}/relws-all.o" "${RELWS_OBJECT}"
	DEPENDS relws_cargo "${relws_copy}" "${relws_roots}" "${RELWS_EXPORTS_FILE}"
	COMMENT "ld -r: relws.o"
	VERBATIM)
# Both libraries take relws.o; a target of its own keeps make from running the
# command for each of them at the same time.
add_custom_target(relws_object DEPENDS "${RELWS_OBJECT}")
add_dependencies(relws_object relws_cargo)
set_source_files_properties("${RELWS_OBJECT}" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)

#
# What the Rust runtime needs of the system
#

# rustc knows; libc and libgcc are left to the C compiler, which adds them in
# its own order and knows about -static.
if(NOT DEFINED RELWS_NATIVE_LIBS)
	file(WRITE "${relws_try}.rs" "#[unsafe(no_mangle)]\npub extern \"C\" fn kept() {}\n")
	execute_process(
		COMMAND "${RELWS_RUSTC}" ${relws_rustc_args} --edition 2024 --crate-type staticlib
			-C panic=abort --print native-static-libs -o "${relws_try}-rs.a" "${relws_try}.rs"
		RESULT_VARIABLE relws_result OUTPUT_VARIABLE relws_said ERROR_VARIABLE relws_said)
	if(NOT relws_result EQUAL 0 OR NOT relws_said MATCHES "native-static-libs:([^\n]*)")
		message(FATAL_ERROR "${RELWS_RUSTC} does not say what to link with:\n${relws_said}")
	endif()
	string(STRIP "${CMAKE_MATCH_1}" relws_said)
	string(REGEX REPLACE "[ \t]+" ";" relws_said "${relws_said}")
	# A bare name would be taken for a target of the consumer's project that is called the same.
	list(TRANSFORM relws_said REPLACE "^([^-])" "-l\\1")
	list(REMOVE_ITEM relws_said -lc -lgcc_s)
	list(REMOVE_DUPLICATES relws_said)
	set(RELWS_NATIVE_LIBS "${relws_said}" CACHE INTERNAL "libraries the Rust runtime needs")
endif()
set(RELWS_SYSTEM_LIBS ${RELWS_NATIVE_LIBS})

#
# OpenSSL
#

# src/sys/tls calls it. Its libraries stay outside: a program has one OpenSSL.
if(LWS_WITH_TLS)
	find_library(RELWS_LIBSSL ssl)
	find_library(RELWS_LIBCRYPTO crypto)
	mark_as_advanced(RELWS_LIBSSL RELWS_LIBCRYPTO)
	if(NOT RELWS_LIBSSL OR NOT RELWS_LIBCRYPTO)
		message(FATAL_ERROR "LWS_WITH_TLS needs OpenSSL 3 with its headers (libssl-dev); "
			"install it, or configure with -DLWS_WITH_TLS=OFF")
	endif()
	list(PREPEND RELWS_SYSTEM_LIBS -lssl -lcrypto)
endif()
