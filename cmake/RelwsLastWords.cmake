# Run as a script: finds in the static library what Rust's core calls when it
# panics and alloc when there is no memory, and writes the linker's options that
# put the library's own (src/sys/panic.rs) in their place:
#
#     cmake -DREADELF=... -DARCHIVE=librelws.a -DOUTPUT=file -P RelwsLastWords.cmake
#
# Their names are the compiler's own affair and change with it. Where they are
# not found the file is empty, and the library is 200 KiB bigger for it.

set(options "")
if(READELF)
	execute_process(COMMAND "${READELF}" -sW "${ARCHIVE}" OUTPUT_VARIABLE symbols ERROR_QUIET)
	# Newer versions of Rust mangle the names; 1.85 has them plain, one with underscores before it.
	foreach(pair "rust_begin_unwind=relws_panic" "rust_alloc_error_handler=relws_out_of_memory")
		string(REGEX REPLACE "=.*" "" theirs "${pair}")
		string(REGEX REPLACE ".*=" "" ours "${pair}")
		if(symbols MATCHES "UND ((_R[A-Za-z0-9]+_7___rustc[0-9]+)?_*${theirs})[ \t\r\n]")
			set(name "${CMAKE_MATCH_1}")
			string(APPEND options "--undefined=${ours}\n--wrap=${name}\n--defsym=__wrap_${name}=${ours}\n")
		endif()
	endforeach()
endif()
file(WRITE "${OUTPUT}" "${options}")
