#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaxslot_fuzz::tokens::run(data));
