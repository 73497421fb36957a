//! The last words of the library, when it finds that it is wrong or out of
//! memory.
//!
//! Rust's own also walk the stack and look its functions up, which takes a
//! DWARF reader, a decompressor and 200 KiB. A debugger or a core dump tells
//! as much, so the CMake build puts these in their place (`cmake/`
//! `RelwsLastWords.cmake`). Nothing else calls them.

use core::fmt::{self, Write};
use core::panic::PanicInfo;

/// Collects what fits and forgets the rest.
struct Text {
    bytes: [u8; 512],
    len: usize,
}

impl Write for Text {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        for (to, from) in self.bytes.iter_mut().skip(self.len).zip(s.bytes()) {
            *to = from;
            self.len += 1;
        }
        Ok(())
    }
}

fn say(args: fmt::Arguments<'_>) -> ! {
    let mut text = Text {
        bytes: [0; 512],
        len: 0,
    };
    // It never fails.
    let _ = text.write_fmt(args);
    // SAFETY: `len` bytes of the text are there; abort() takes nothing.
    unsafe {
        libc::write(2, text.bytes.as_ptr().cast(), text.len);
        libc::abort()
    }
}

/// In place of what `core` calls when something panics, which is always a bug in here.
#[unsafe(no_mangle)]
extern "C" fn relws_panic(info: &PanicInfo<'_>) -> ! {
    say(format_args!("libwebsockets (relws): {info}\n"))
}

/// In place of what `alloc` calls when there is no memory.
#[unsafe(no_mangle)]
extern "C" fn relws_out_of_memory(size: usize, _align: usize) -> ! {
    say(format_args!(
        "libwebsockets (relws): no memory for {size} bytes\n"
    ))
}
