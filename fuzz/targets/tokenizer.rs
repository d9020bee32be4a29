#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(
    // A panic that the product catches is an answer: only what reaches the target ends the run.
    init: std::panic::set_hook(Box::new(|_| {})),
    |input: &[u8]| quartet_pipelines::text::fuzzing::tokenizer(input)
);
