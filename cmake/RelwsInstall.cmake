# Headers, libraries, pkg-config files and the CMake package.

include(CMakePackageConfigHelpers)

install(FILES include/libwebsockets.h "${RELWS_GENERATED_INCLUDE}/lws_config.h"
	DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT dev)
install(DIRECTORY include/libwebsockets DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT dev
	FILES_MATCHING PATTERN "*.h")

install(TARGETS ${RELWS_TARGETS} EXPORT LibwebsocketsTargets
	LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT libraries NAMELINK_COMPONENT dev
	ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT dev)

#
# pkg-config: directories below the prefix are written as such, so that
# --define-prefix and --define-variable=prefix=... move all of them.
#

foreach(dir LIBDIR INCLUDEDIR)
	if(IS_ABSOLUTE "${CMAKE_INSTALL_${dir}}")
		set(RELWS_PC_${dir} "${CMAKE_INSTALL_${dir}}")
	else()
		set(RELWS_PC_${dir} "\${prefix}/${CMAKE_INSTALL_${dir}}")
	endif()
endforeach()
string(REPLACE ";" " " RELWS_PC_LIBS "${RELWS_SYSTEM_LIBS}")

set(relws_pcs)
if(LWS_WITH_SHARED)
	list(APPEND relws_pcs libwebsockets)
endif()
if(LWS_WITH_STATIC)
	list(APPEND relws_pcs libwebsockets_static)
endif()
foreach(name IN LISTS relws_pcs)
	configure_file("cmake/${name}.pc.in" "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc" @ONLY)
	install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc"
		DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT dev)
endforeach()

#
# find_package(libwebsockets)
#

set(relws_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/libwebsockets")
set(relws_include_dir "${CMAKE_INSTALL_INCLUDEDIR}")
configure_package_config_file(cmake/libwebsockets-config.cmake.in
	"${CMAKE_CURRENT_BINARY_DIR}/libwebsockets-config.cmake"
	INSTALL_DESTINATION "${relws_package_dir}"
	PATH_VARS relws_include_dir)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/libwebsockets-config-version.cmake"
	VERSION ${PROJECT_VERSION} COMPATIBILITY AnyNewerVersion)
install(FILES
	"${CMAKE_CURRENT_BINARY_DIR}/libwebsockets-config.cmake"
	"${CMAKE_CURRENT_BINARY_DIR}/libwebsockets-config-version.cmake"
	cmake/LwsCheckRequirements.cmake
	DESTINATION "${relws_package_dir}" COMPONENT dev)
install(EXPORT LibwebsocketsTargets DESTINATION "${relws_package_dir}" COMPONENT dev)
