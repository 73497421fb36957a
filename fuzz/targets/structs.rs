#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| relws::fuzzing::structs(bytes));
