#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vaxslot_fuzz::cursors::run(data));
