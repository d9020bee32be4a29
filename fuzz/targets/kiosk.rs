#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| quartet_kiosk::fuzzing::kiosk(input));
